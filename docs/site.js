// What is scrolled can be scrolled with the keys, and what has a heading's look has its rank.
document.addEventListener("DOMContentLoaded", () => {
  for (const caption of document.querySelectorAll(".caption[role=heading]")) {
    caption.ariaLevel = "2";
  }
  document.querySelector(".sidebar-drawer").ariaLabel = "Pages";
  document.querySelector(".toc-drawer").ariaLabel = "On this page";

  const boxes = document.querySelectorAll("pre, .table-wrapper, .math-wrapper");
  const reach = () => {
    for (const box of boxes) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  reach();
  addEventListener("resize", reach);
});
