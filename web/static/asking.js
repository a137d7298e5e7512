// How a screen asks: what a hand moves is answered at once, one question in flight and the latest waiting; ranges
// have a way and a time of their own, are asked for at rest and asked again, and never raise the stop band.
import { Failed, answers, silent } from "/static/common.js";

const SLOW = 100, REST = 400, AGAIN = 2000;

// send(number, drawn) gives an answer; put(answer, isNow) shows it, true where it is of the state of now;
// resting() says whether ranges may be asked for; unranged() shows that there are none.
export function asker({ send, put, resting = () => true, unranged }) {
  const moves = { busy: false, next: false }, draws = { busy: false, next: false };
  let sent = 0, shown = 0, slow = 0, rest = 0;

  async function fly(drawn) {
    const way = drawn ? draws : moves;
    if (way.busy) { way.next = true; return; }
    way.busy = true;
    const number = sent;
    try {
      const answer = await send(number, drawn);
      answers();
      const isNow = number === sent;
      if (isNow && !drawn) { told(); if (resting()) ranges(); }
      if (isNow || (!drawn && number >= shown)) { shown = number; put(answer, isNow); }
    } catch (fault) {
      if (!drawn) { told(); silent(fault, () => fly(false)); }
      else if (fault instanceof Failed) unranged();
      else rest = setTimeout(() => fly(true), AGAIN);
    } finally {
      way.busy = false;
      const next = way.next;
      way.next = false;
      if (next && !(drawn && !resting())) fly(drawn);
    }
  }

  // Figures of an older state are said to be so until those of the state of now stand there.
  function told() {
    clearTimeout(slow);
    slow = 0;
    document.body.classList.remove("slow");
  }

  function ranges(wait = REST) {
    clearTimeout(rest);
    rest = setTimeout(() => fly(true), wait);
  }

  function moved() {
    clearTimeout(rest);
    sent += 1;
    slow ||= setTimeout(() => document.body.classList.add("slow"), SLOW);
    fly(false);
  }

  return { moved, ranges };
}
