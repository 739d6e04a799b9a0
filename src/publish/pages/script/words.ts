// The texts of the page, which are in the page: `<template data-msg="name">…{value}…</template>`.

/** The text called `name` with its values; the name itself if the page lacks it. */
export function say(name: string, values: Record<string, string | number> = {}): string {
  const template = document.querySelector(`template[data-msg="${name}"]`) as HTMLTemplateElement | null;
  const text = (template && template.content.textContent) || name;
  return text.replace(/\{(\w+)\}/g, (all, key) => (key in values ? String(values[key]) : all));
}

/** An element of the class `check-PART`, or of none. */
export function element<T extends HTMLElement = HTMLElement>(tag: string, part: string, text = "", ...children: Node[]): T {
  const made = document.createElement(tag);
  if (part) made.className = `check-${part}`;
  made.append(...(text ? [text] : []), ...children);
  return made as T;
}

/** A button that does something. */
export function button(part: string, text: string, act: (button: HTMLButtonElement) => void): HTMLButtonElement {
  const made = element<HTMLButtonElement>("button", part, text);
  made.type = "button";
  made.addEventListener("click", () => act(made));
  return made;
}

/** Whole fen as yuan: `38,178.62`. */
export function yuan(fen: number): string {
  const cents = String(fen).padStart(3, "0");
  return `${cents.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",")}.${cents.slice(-2)}`;
}

/** A stamp or time without its zone, for people. */
export const clock = (stamp: string): string => stamp.slice(0, 19).replace("T", " ");
