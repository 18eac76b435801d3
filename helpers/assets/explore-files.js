// Buttons that fetch a file from the kernel, made when it is asked for, and save it.
export default {
  render({ model, el }) {
    el.classList.add("explore-files");
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    for (const [key, label] of model.get("kinds")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.addEventListener("click", () => model.send({ file: key }));
      el.append(button, " ");
    }
    el.append(said);
    const got = (content, buffers) => {
      said.textContent = content.error ?? "";
      if (!content.name) return;
      const address = URL.createObjectURL(new Blob([buffers[0]], { type: content.type }));
      const link = Object.assign(document.createElement("a"), { href: address, download: content.name });
      el.append(link); // some browsers follow only a link that is in the page
      link.click();
      link.remove();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    };
    model.on("msg:custom", got);
    return () => model.off("msg:custom", got);
  },
};
