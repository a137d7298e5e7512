// Makes a block what its new text says, touching only what differs: what stands is neither parsed into the page,
// laid out nor painted again, and keeps what a hand did to it (focus, a box just ticked, a detail unfolded).
const held = (node) => `${node.nodeName} ${node.id || ""} ${node.dataset?.row || ""} ${node.dataset?.of || ""}`;

export function become(block, html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  children(block, made.content);
}

function children(was, is) {
  let old = was.firstChild, next;
  for (let now = is.firstChild; now; now = next) {
    next = now.nextSibling;
    if (!old) { was.append(now); continue; }
    const after = old.nextSibling;
    if (held(old) === held(now)) node(old, now);
    else was.replaceChild(now, old);
    old = after;
  }
  while (old) { const after = old.nextSibling; old.remove(); old = after; }
}

function node(was, is) {
  if (was.isEqualNode(is)) return;
  if (was.nodeType !== Node.ELEMENT_NODE) { was.data = is.data; return; }
  for (const { name, value } of [...is.attributes]) if (was.getAttribute(name) !== value) set(was, name, value);
  for (const { name } of [...was.attributes]) if (!is.hasAttribute(name)) set(was, name, null);
  children(was, is);
}

function set(one, name, value) {
  if (one.nodeName === "DETAILS" && name === "open") return;
  if (value === null) one.removeAttribute(name); else one.setAttribute(name, value);
  if (one.nodeName !== "INPUT") return;
  if (name === "checked") one.checked = value !== null;
  if (name === "value") one.value = value ?? "";
}
