"""What the tests of extracts share: files written into a folder, and tables read back."""

import zipfile

import duckdb
import pytest

from edfi_audit.sis import load
from edfi_audit.store import Store

_XML = "http://schemas.openxmlformats.org"
_PACKAGE = {
    "_rels/.rels": f'<Relationships xmlns="{_XML}/package/2006/relationships"><Relationship '
    f'Id="rId1" Type="{_XML}/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_XML}/spreadsheetml/2006/main">'
    '<fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/>'
    '<xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>',
}


def sheet_row(number, **cells):
    """One row of a worksheet: text is a string, a number is itself, a tuple (serial, style)."""
    parts = []
    for column, value in cells.items():
        place = f'r="{column}{number}"'
        if isinstance(value, str):
            parts.append(f'<c {place} t="inlineStr"><is><t>{value}</t></is></c>')
        elif isinstance(value, bool):
            parts.append(f'<c {place} t="b"><v>{int(value)}</v></c>')
        elif isinstance(value, tuple):
            parts.append(f'<c {place} s="{value[1]}"><v>{value[0]}</v></c>')
        else:
            parts.append(f"<c {place}><v>{value}</v></c>")
    return f'<row r="{number}">{"".join(parts)}</row>'


def write_workbook(path, sheets):
    """The smallest workbook with these sheets (name -> rows); no library writes one here."""
    office = f"{_XML}/officeDocument/2006/relationships"
    numbered = list(enumerate(sheets.items(), start=1))
    parts = dict(_PACKAGE)
    parts["[Content_Types].xml"] = (
        f'<Types xmlns="{_XML}/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>'
    )
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{_XML}/spreadsheetml/2006/main" xmlns:r="{office}"><sheets>'
        + "".join(f'<sheet name="{n}" sheetId="{i}" r:id="rId{i}"/>' for i, (n, _) in numbered)
        + "</sheets></workbook>"
    )
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{_XML}/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="rId{i}" Type="{office}/worksheet" '
            f'Target="worksheets/sheet{i}.xml"/>'
            for i, _ in numbered
        )
        + f'<Relationship Id="rId99" Type="{office}/styles" Target="styles.xml"/></Relationships>'
    )
    for i, (_, rows) in numbered:
        parts[f"xl/worksheets/sheet{i}.xml"] = (
            f'<worksheet xmlns="{_XML}/spreadsheetml/2006/main"><sheetData>'
            f"{''.join(rows)}</sheetData></worksheet>"
        )
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)


class Extract:
    """A folder of files, and the store they are loaded into."""

    def __init__(self, root):
        self.folder = root / "extract"
        self.folder.mkdir()
        self.store = Store(root / "store")
        self.seen = []

    def write(self, name, text, encoding="utf-8"):
        """Put a text (or bytes) file into the folder."""
        content = text if isinstance(text, bytes) else text.encode(encoding)
        (self.folder / name).write_bytes(content)
        return self

    def load(self, path=None, **options):
        """Load the folder, or `path`."""
        options.setdefault("progress", lambda table, rows: self.seen.append((table, rows)))
        return load(path or self.folder, self.store, **options)

    def rows(self, table, columns="*", name="sis"):
        """The stored rows of `table`, in the file's order."""
        file = self.store.sis(name) / f"{table}.parquet"
        return duckdb.connect().execute(f"SELECT {columns} FROM '{file}'").fetchall()

    def stored(self):
        """Every file of the store with its content."""
        root = self.store.root
        return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


@pytest.fixture
def extract(tmp_path):
    return Extract(tmp_path)


@pytest.fixture
def row():
    return sheet_row


@pytest.fixture
def workbook():
    return write_workbook
