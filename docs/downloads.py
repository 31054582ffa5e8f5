"""The table of networks to download, as the page ``docs/networks.md`` shows it."""


def downloads(quoted):
    """Lay out what the page ``gallery/networks_to_take_along.py`` handed out.

    Parameters
    ----------
    quoted : dict
        What the pages published.

    Returns
    -------
    dict of str to str
        Markdown: a ``table`` with links, and a block of ``checksums``; empty if the page has not
        run.
    """
    if "take_along" not in quoted:
        return {}
    scripts, megabytes, checksums = (
        quoted["take_along"][key] for key in ("scripts", "megabytes", "checksums")
    )
    lines = ["| Network | For Keras | For a browser |", "|---|---|---|"]
    for name, script in scripts.items():
        page = f"{{ref}}`sphx_glr_gallery_{script}`"
        for_browser = quoted["take_along"]["for_browsers"].get(name, [])
        links = ", ".join(link(file, megabytes) for file in for_browser) or "–"
        lines.append(f"| {page} | {link(f'{name}.keras', megabytes)} | {links} |")
    sums = [f"{checksum}  {name}" for name, checksum in checksums.items()]
    return {"table": "\n".join(lines), "checksums": "\n".join(["```text", *sums, "```"])}


def link(name, megabytes):
    """Link to a file of the folder of networks, from a page at the top of the site."""
    if name not in megabytes:
        return "–"
    return f'<a href="networks/{name}" download>{megabytes[name]} MB</a>'
