"""What `[size]` adds to the working page: how far the slider of a roof goes."""

from scenarios.studies.size.settings import most_kwp
from web.page_study import PageStudy

PAGE = PageStudy(most_kwp=most_kwp)
