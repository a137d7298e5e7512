"""Several PDFs one after the other as one, tags and bookmarks included: who cannot see it reads it too."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TypeVar, cast

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

TREE, KIDS, PARENT, PARENTS, NEXT = "/StructTreeRoot", "/K", "/P", "/ParentTree", "/ParentTreeNextKey"
NUMBERS, IDS, NAMES, HEADERS = "/Nums", "/IDTree", "/Names", "/Headers"
OF_PAGE, OF_NOTE = "/StructParents", "/StructParent"
KindT = TypeVar("KindT", bound=PdfObject)


def bound(parts: Sequence[bytes], title: str) -> bytes:
    """Return PDFs made by `typeset.pdf` as one, called `title`; page numbers stay those of each."""
    pdf_writer, out = PdfWriter(clone_from=BytesIO(parts[0])), BytesIO()
    for number, part in enumerate(parts[1:], start=2):
        reader, first = PdfReader(BytesIO(part)), len(pdf_writer.pages)
        pdf_writer.append(reader)
        _add_tags(pdf_writer, reader, first, number)
    _call(pdf_writer, title)
    pdf_writer.write(out)
    return out.getvalue()


def _add_tags(pdf_writer: PdfWriter, reader: PdfReader, first: int, number: int) -> None:
    """Hang the tags of the pages from `first` on below those that are there; their ids get a `number`."""
    tags = _read_entry(pdf_writer.root_object, TREE, DictionaryObject)
    added = _read_entry(reader.root_object, TREE, DictionaryObject).clone(pdf_writer)
    start, numbers = int(_read_entry(tags, NEXT, NumberObject)), _numbers(tags)
    for page, source in zip(pdf_writer.pages[first:], reader.pages, strict=True):
        _speak_of(page, source, start)
    document = _read_entry(tags, KIDS, ArrayObject)[0]
    for child in _read_entry(added, KIDS, ArrayObject):
        part = cast(DictionaryObject, child.get_object())
        part.update({NameObject(PARENT): document, NameObject("/S"): NameObject("/Part")})
        _read_entry(cast(DictionaryObject, document.get_object()), KIDS, ArrayObject).append(child)
    for element in _elements(added.raw_get(KIDS)):
        _rename(element, number)
    own = _numbers(added)
    for key, of_page in zip(own[::2], own[1::2], strict=True):
        numbers.extend([NumberObject(start + int(cast(NumberObject, key))), of_page])
    tags[NameObject(NEXT)] = NumberObject(start + int(_read_entry(added, NEXT, NumberObject)))
    if IDS in added:
        names = _read_entry(_read_entry(added, IDS, DictionaryObject), NAMES, ArrayObject)
        named = [name if index % 2 else _id(name, number) for index, name in enumerate(names)]
        _read_entry(_read_entry(tags, IDS, DictionaryObject), NAMES, ArrayObject).extend(named)


def _read_entry(holder: DictionaryObject, key: str, kind: type[KindT]) -> KindT:
    value = holder[key]
    assert isinstance(value, kind)  # as the typesetter writes it
    return value


def _numbers(tags: DictionaryObject) -> ArrayObject:
    return _read_entry(_read_entry(tags, PARENTS, DictionaryObject), NUMBERS, ArrayObject)


def _speak_of(page: PageObject, source: PageObject, start: int) -> None:
    """Say which tags are those of a page and of its links; the copy of a page has lost it."""
    page[NameObject(OF_PAGE)] = NumberObject(start + int(_read_entry(source, OF_PAGE, NumberObject)))
    if "/Annots" not in source:
        return
    pairs = zip(
        _read_entry(page, "/Annots", ArrayObject), _read_entry(source, "/Annots", ArrayObject), strict=True
    )
    for copy, note in pairs:
        link, given = copy.get_object(), note.get_object()
        if isinstance(link, DictionaryObject) and isinstance(given, DictionaryObject) and OF_NOTE in given:
            link[NameObject(OF_NOTE)] = NumberObject(start + int(_read_entry(given, OF_NOTE, NumberObject)))


def _elements(kids: PdfObject) -> Iterator[DictionaryObject]:
    """Yield the elements of a tree of tags; what is no element is a place on a page."""
    kid = kids.get_object()
    for item in kid if isinstance(kid, ArrayObject) else [kids]:
        element = item.get_object()
        if isinstance(element, DictionaryObject) and "/S" in element:
            yield element
            if KIDS in element:
                yield from _elements(element.raw_get(KIDS))


def _rename(element: DictionaryObject, number: int) -> None:
    """Tell the ids of an element, and those of the heads that a cell names, from those of the other PDFs."""
    if "/ID" in element:
        element[NameObject("/ID")] = _id(element["/ID"], number)
    if "/A" not in element:
        return
    given = element["/A"]
    for item in given if isinstance(given, ArrayObject) else [given]:
        about = item.get_object()
        if isinstance(about, DictionaryObject) and HEADERS in about:
            heads = _read_entry(about, HEADERS, ArrayObject)
            about[NameObject(HEADERS)] = ArrayObject(_id(text, number) for text in heads)


def _id(text: object, number: int) -> TextStringObject:
    """Return an id that sorts after those of the PDFs before: a tree of names is in order."""
    return TextStringObject(f"V{number:04d}-{text}")


def _call(pdf_writer: PdfWriter, title: str) -> None:
    pdf_writer.add_metadata({"/Title": title})
    metadata = _read_entry(pdf_writer.root_object, "/Metadata", StreamObject)
    before, begin, rest = metadata.get_data().partition(b"<dc:title>")
    _old, end, after = rest.partition(b"</dc:title>")
    safe = title.replace("&", "&amp;").replace("<", "&lt;").encode()
    named = b'<rdf:Alt><rdf:li xml:lang="x-default">' + safe + b"</rdf:li></rdf:Alt>"
    metadata.set_data(before + begin + named + end + after)
