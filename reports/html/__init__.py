"""Pages: `page.own_page` of a member; `writer` sets a tree by the macros of `templates/nodes.html`."""
