"""The program that draws PDFs. Run by `prevent_portal.web.pdf` as a warm process, never imported by it.

It loads the renderer once and draws each document in a child of its own, so that a hostile or endless one
costs that child and nothing else (EX-1). A request is the job as JSON, its answer the PDF. A child ends with

    0  the PDF is complete
    3  the document asked for something that may not be fetched
    4  the document could not be drawn
"""

import base64
import datetime as dt
import gc
import hashlib
import json
import logging
import sys
from typing import Any, BinaryIO

from weasyprint import HTML, Attachment
from weasyprint.urls import URLFetcher, URLFetcherResponse

UA_SCHEMA = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""


def add_what_is_missing(root: Any, job: dict[str, Any]) -> None:
    """Write title, language, date and marking into the parsed document."""
    root.set("lang", job["language"])
    head, body = root.find("head"), root.find("body")
    for old in list(head):
        if old.tag == "title" or str(old.get("name", "")).startswith("dcterms."):
            head.remove(old)
    title = head.makeelement("title", {})
    title.text = job["title"]
    head.append(title)
    for name in ("dcterms.created", "dcterms.modified"):
        head.append(head.makeelement("meta", {"name": name, "content": job["created"]}))
    marked = any("document-marking" in str(element.get("class", "")).split() for element in body.iter())
    if job["marking"] and not marked:
        marking = body.makeelement("p", {"class": "document-marking"})
        marking.text = job["marking"]
        body.insert(0, marking)


def finish(_document: Any, pdf: Any) -> None:
    """Make the archive file also a universally accessible one.

    The renderer claims one standard at a time and leaves the scope of header cells out; both are added
    here, the claim inside the one rdf:RDF element, because validators ignore a second one.
    """

    def by_reference(reference: bytes) -> Any:
        return pdf.objects[int(reference.split()[0])]

    for element in pdf.objects:
        if not isinstance(element, dict):
            continue
        if element.get("S") == "/TH" and "A" in element:
            row = by_reference(element["P"])
            group = by_reference(row["P"]) if row.get("S") == "/TR" else {}
            element["A"]["Scope"] = "/Column" if group.get("S") == "/THead" else "/Row"
    for stream in pdf.objects:
        extra = getattr(stream, "extra", None) or {}
        if extra.get("Type") == "/Metadata":
            stream.stream = [
                part.replace(b"</rdf:RDF>", UA_SCHEMA + b"</rdf:RDF>", 1) if isinstance(part, bytes) else part
                for part in stream.stream
            ]
    pdf.catalog["ViewerPreferences"] = _dictionary(pdf, {"DisplayDocTitle": "true"})


def _dictionary(pdf: Any, values: dict[str, str]) -> Any:
    return type(pdf.catalog)(values)


def attachments_of(job: dict[str, Any]) -> list[Attachment]:
    """The files that came with the job, dated as the document is, so that the bytes stay the same."""
    created = dt.datetime.fromisoformat(job["created"])
    return [
        Attachment(
            string=base64.b64decode(one["content"]),
            name=one["name"],
            description=one["description"],
            relationship=one["relationship"],
            created=created,
            modified=created,
        )
        for one in job.get("attachments", ())
    ]


def draw(job: dict[str, Any], output: BinaryIO) -> int:
    """Draw the job's document; return the code to end with."""
    refused: list[str] = []

    class PackagedOnly(URLFetcher):  # type: ignore[misc] # the library has no types
        """Serves the style sheets and pictures that came with the job, and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix("asset:")
            if name != url and name in job["assets"]:
                kind = "text/css" if name.endswith(".css") else "image/svg+xml"
                return URLFetcherResponse(url, job["assets"][name].encode(), {"Content-Type": kind})
            refused.append(url[:200])
            raise PermissionError("not packaged with the portal")

    document = HTML(string=job["html"], url_fetcher=PackagedOnly(), base_url=None)
    add_what_is_missing(document.etree_element, job)
    identifier = hashlib.sha256(json.dumps(job, sort_keys=True).encode()).hexdigest()[:32].encode()
    content = document.write_pdf(
        pdf_variant="pdf/a-3a",
        pdf_identifier=identifier,
        finisher=finish,
        attachments=attachments_of(job),
    )
    if refused:
        sys.stderr.write(f"refused {refused[0]}\n")
        return 3
    output.write(content)
    output.flush()
    return 0


def work(request: bytes, output: BinaryIO) -> int:  # pragma: no cover - in a child
    """Draw the job that a request holds; return the code to end with."""
    # The process lives for this document alone: to look for garbage in it costs a tenth of the time.
    gc.disable()
    logging.disable(logging.WARNING)
    try:
        return draw(json.loads(request), output)
    except MemoryError:
        raise  # whoever started this knows the word
    except BaseException as problem:  # noqa: BLE001 - the renderer raises BaseException of its own (L6)
        sys.stderr.write(f"{type(problem).__name__}: {problem}"[:500] + "\n")
        return 4
