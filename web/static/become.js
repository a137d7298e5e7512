// Makes a block what its new text says, touching only what differs: what stands is neither parsed into the page,
// laid out nor painted again, and keeps what a hand did to it (focus, a box just ticked, a detail unfolded).
const held = (node) => `${node.nodeName} ${node.id || ""} ${node.dataset?.row || ""} ${node.dataset?.of || ""}`;

export function parsed(html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  return made.content;
}

export function become(block, is) {
  children(block, typeof is === "string" ? parsed(is) : is);
}

// The next of its siblings that is the same thing, for what is said below a line before the next line.
function later(one, same) {
  if (same.nodeType !== Node.ELEMENT_NODE || !(same.id || same.dataset.row)) return null;
  for (let each = one.nextSibling; each; each = each.nextSibling) {
    if (held(each) === held(same)) return each;
    if (each.dataset?.row && !same.dataset.row) return null;
  }
  return null;
}

function children(was, is) {
  let old = was.firstChild, next;
  for (let now = is.firstChild; now; now = next) {
    next = now.nextSibling;
    if (old && held(old) !== held(now)) {
      // A line outlives what is said below the one above it, whose rank may have changed.
      const own = later(old, now), comes = later(now, old), rows = [old, now].map((one) => !!one.dataset?.row);
      if (comes && (!own || (rows[0] && !rows[1]))) { was.insertBefore(now, old); continue; }
      const passed = own && (!comes || (rows[1] && !rows[0]));
      while (passed && old !== own) { const after = old.nextSibling; old.remove(); old = after; }
    }
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
