"""Log training runs as JSON lines, and lose nothing.

    import runfolio

    run = runfolio.init(experiment="cifar10", params={"lr": 0.1})
    run.log({"loss": 0.31}, step=10)
    run.finish()

One file on the standard library alone, for Python 3.8 to 3.13: install it, or copy it beside a script. A run is
``experiments/EXPERIMENT/runs/RUN.jsonl``, one record a line; a run that keeps files (images, the uncommitted patch)
is the folder ``runs/RUN/`` with its log in ``run.jsonl``. ``import runfolio as wandb`` runs the usual W&B script.

What holds at any instant:

* When ``log`` returns, the record has been handed to the operating system by one ``write`` on a descriptor opened with
  O_APPEND. A killed process leaves at most one cut-short last line. ``finish`` also calls ``fsync``.
* Nothing here raises into training, except wrong arguments to ``init`` (``resume="must"`` without a run, a value of
  ``ranks`` or ``mode`` that does not exist). Trouble is said once, on stderr, and training goes on.
* While the disk refuses records they wait in memory, up to ``buffer_bytes``; what passes that bound is counted and the
  count is logged.

Bytes: compact JSON in UTF-8, keys of a record in the order ``event, step, time, …``, numbers as Python's ``repr``
gives them, ``NaN``, ``Infinity`` and ``-Infinity`` bare, times as ``2026-01-31T12:00:00.000Z``.

Environment: RUNFOLIO_DIR, RUNFOLIO_EXPERIMENT, RUNFOLIO_RUN_ID, RUNFOLIO_RESUME, RUNFOLIO_RUN (the parent), RUNFOLIO_MODE (``disabled``),
RUNFOLIO_CAPTURE (``none``, or names to leave out, as ``-patch,-system``), RUNFOLIO_FALLBACK, RUNFOLIO_QUIET.
"""

from __future__ import annotations

import atexit
import enum
import json
import json.encoder
import os
import re
import signal
import struct
import sys
import threading
import time
import zlib
from collections import deque
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Deque,
    Dict,
    FrozenSet,
    Iterable,
    Iterator,
    List,
    Mapping,
    MutableMapping,
    Optional,
    Sequence,
    Set,
    Tuple,
    Type,
    Union,
)

if TYPE_CHECKING:
    from types import FrameType, TracebackType

try:
    import fcntl
except ImportError:  # Windows has no flock: a second writer is then not noticed.
    fcntl = None  # type: ignore[assignment]

__version__ = "0.1.0"
__all__ = [
    "Artifact", "Histogram", "Image", "Run", "Settings", "Table", "alert", "archive", "config", "define_metric", "finish",
    "hf_callback", "init", "keras_callback", "lightning_logger", "log", "log_artifact", "login", "message", "note",
    "optuna_callback", "partial_fit", "plot", "run", "save", "summary", "track", "watch",
]  # fmt: skip

FORMAT_VERSION = 1
MAX_TEXT = 100_000  # Characters of one text value; longer ones are cut, with a warning for each key.
MAX_REPR = 1_000  # Characters of the repr of an object that no rule covers.
MAX_ITEMS = 10_000  # Items of one list, rows of one table.
MAX_DEPTH = 32
MAX_LINE_BYTES = 15 * 1024 * 1024  # The reader sets lines over 16 MiB aside.
MAX_PATCH_BYTES = 512 * 1024
MAX_FILE_BYTES = 50 * 1024 * 1024
BUFFER_BYTES = 64 * 1024 * 1024
DRAIN_SECONDS = 10.0  # How long `finish` tries to write what a full disk held back.
CHECK_SECONDS = 0.2  # How long a deleted log may go unnoticed; what was written meanwhile is carried over.

Json = Any  # None, bool, int, float, str, and lists and dicts of these.
Record = Dict[str, Any]

_time = time.time  # Names of their own, so that a test can set the clock.
_monotonic = time.monotonic
_write = os.write


# ---------------------------------------------------------------- what is said on stderr

_said: Set[str] = set()


def _warn(text: str, once: Optional[str] = None) -> None:
    """Says one line on stderr, unless ``once`` was said before. Never raises."""
    if once is not None:
        if once in _said:
            return
        _said.add(once)
    try:
        sys.stderr.write(f"runfolio: {text}\n")
        sys.stderr.flush()
    except Exception:  # noqa: BLE001 - stderr may be closed, or anything a framework put in its place.
        pass


def _tell(text: str) -> None:
    """Says a line that is no warning; RUNFOLIO_QUIET=1 keeps it back."""
    if os.environ.get("RUNFOLIO_QUIET", "") in ("", "0"):
        _warn(text)


# ---------------------------------------------------------------- names

_DEVICE = re.compile(r"^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.I)


def clean_id(name: str) -> str:
    """The nearest name that may be a part of an id: ASCII letters, digits and ``. _ - = + ,``, at most 100 bytes."""
    import unicodedata

    plain = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", name))
    plain = re.sub(r"[^A-Za-z0-9._=+,-]+", "-", plain)
    plain = re.sub(r"[-.]+$", "", re.sub(r"^[-._]+", "", plain))[:100].rstrip(".-")
    if not plain:
        return "run"
    return plain.replace(".", "-") + "-run" if _DEVICE.match(plain) else plain


def _experiment_id(name: str) -> str:
    parts = [clean_id(part) for part in name.replace("\\", "/").split("/") if part.strip()]
    return "/".join(part if part != "runs" else "runs-x" for part in parts) or "default"


# ---------------------------------------------------------------- secrets (the same rules as the reader's)

REDACTED = "[redacted]"
_SECRET_NAME_TEXT = (
    r"(?:^|[._\-/])(?:(?:api|access|secret|private|auth|encryption|signing|aws|wandb|hf|hub|github|gitlab|openai)"
    r"[_-]?(?:key|token|secret)(?:[_-]?id)?|secret|client[_-]?secret|passw(?:or)?d|passphrase|credentials?|bearer"
    r"|(?:auth|access|refresh|session|id|bot|hub|hf)[_-]?token|token|apikey)$"
)
_SECRET_NAME = re.compile(_SECRET_NAME_TEXT, re.I)
_HARMLESS_NAME = re.compile(
    r"(?:pad|eos|bos|unk|sep|cls|mask|special|num|max|min|n|image|start|end|stop|class|new|per|query|prompt)"
    r"[_-]?(?:token|key|secret)s?$",
    re.I,
)
_NO_SECRET = re.compile(r"^(?:none|null|true|false|env|\$\{?\w+\}?|<\w+>|\*+|x+)$", re.I | re.A)
_SECRET_SHAPES = re.compile(
    r"\bAKIA[0-9A-Z]{16}\b|\bASIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36,255}\b|\bgithub_pat_[A-Za-z0-9_]{22,255}\b"
    r"|\bglpat-[A-Za-z0-9_-]{20,}|\bhf_[A-Za-z0-9]{30,}\b|\bsk-(?:proj-|ant-|live-)?[A-Za-z0-9_-]{24,}"
    r"|\b[rs]k_live_[A-Za-z0-9]{20,}\b|\bxox[abprs]-[A-Za-z0-9-]{10,}|\bAIza[0-9A-Za-z_-]{35}\b"
    r"|\bnpm_[A-Za-z0-9]{36}\b|\bpypi-[A-Za-z0-9_-]{50,}"
    r"|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----",
    re.A,
)
_KEY_BODY = re.compile(r"(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)[\s\S]{0,20000}?(-----END [A-Z ]{0,30}PRIVATE KEY-----)")
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]{0,20}://)([^\s/:@]{1,200}:[^\s/@]{1,200})@", re.I)
_ADDRESS_USER = re.compile(r"([a-z][a-z0-9+.-]{0,20}://)[^\s/@]{1,400}@", re.I)
_COMMAND = re.compile(r"(--?(?:api[_-]?key|token|password|passwd|secret|access[_-]?token)[= ])(\S{6,})", re.I)
_ASSIGNMENT = re.compile(r"""([A-Za-z0-9_.\-]{1,80})(["']?\s{0,8}[:=]\s{0,8})(["'])([^"'\n]{6,400})\3""")


_NUMERIC_SECRET_NAME = re.compile(
    r"(?:^|[._\-/])(?:passw(?:or)?d|passphrase|pin|secret|api[_-]?key|(?:auth|access)[_-]?token)$", re.I
)


def is_secret_param(key: str, value: Any) -> bool:
    """Whether a param's name tells that its value, a text of six characters or a number of six digits or more, is a secret."""
    if type(value) in (int, float):
        return len(str(value)) >= 6 and bool(_NUMERIC_SECRET_NAME.search(key))
    if not isinstance(value, str) or len(value) < 6 or value == REDACTED or _NO_SECRET.match(value):
        return False
    return bool(_SECRET_NAME.search(key)) and not _HARMLESS_NAME.search(key)


def redact_text(text: str) -> str:
    """The text with keys of published shapes, passwords in addresses and on command lines replaced by [redacted]."""
    if len(text) < 6:
        return text
    if "PRIVATE KEY" in text:
        text = _KEY_BODY.sub(REDACTED, text)
    text = _SECRET_SHAPES.sub(REDACTED, text)
    if "://" in text:
        text = _ADDRESS.sub(lambda m: m[0] if REDACTED in m[2] else f"{m[1]}{REDACTED}@", text)
    if "-" in text:
        text = _COMMAND.sub(lambda m: m[0] if REDACTED in m[2] else m[1] + REDACTED, text)
    for secret in _environment_secrets():
        if secret in text:
            text = text.replace(secret, REDACTED)
    return text


def _redact_source(text: str) -> str:
    """Source code or a patch: also texts assigned to a name that tells of a secret."""

    def assignment(match: "re.Match[str]") -> str:
        if not is_secret_param(match[1], match[4]):
            return match[0]
        return f"{match[1]}{match[2]}{match[3]}{REDACTED}{match[3]}"

    return _ASSIGNMENT.sub(assignment, redact_text(text))


_secrets_seen: Optional[List[str]] = None


def _environment_secrets() -> List[str]:
    """Values of environment variables whose names tell of a secret (HF_TOKEN, WANDB_API_KEY); read once."""
    global _secrets_seen
    if _secrets_seen is None:
        found = {v for k, v in os.environ.items() if len(v) >= 12 and is_secret_param(k, v) and not v.startswith("/")}
        _secrets_seen = sorted(found, key=len, reverse=True)
    return _secrets_seen


def redact(value: Json, path: str = "") -> Json:
    """A JSON value with secrets replaced, by the names of its keys (joined with ``.``) and by the shapes of its texts."""
    if isinstance(value, str):
        return REDACTED if is_secret_param(path, value) else redact_text(value)
    if type(value) in (int, float):
        return REDACTED if is_secret_param(path, value) else value
    if isinstance(value, dict):
        return {key: redact(item, f"{path}.{key}" if path else key) for key, item in value.items()}
    if isinstance(value, list):
        return [redact(item, path) for item in value]
    return value


# ---------------------------------------------------------------- values: anything → JSON

Warn = Callable[[str, str], None]  # (key, what happened) → said once a key


def _no_warn(key: str, text: str) -> None:
    return None


def _is(value: Any, module: str, name: str) -> bool:
    """isinstance without an import: a module that was never imported has no instances."""
    kind = getattr(sys.modules.get(module), name, None)
    return isinstance(kind, type) and isinstance(value, kind)


def _kind_name(value: Any) -> str:
    kind = type(value)
    return kind.__qualname__ if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}.{kind.__qualname__}"


def _shape(value: Any) -> Optional[Tuple[int, ...]]:
    """The shape of an array of numpy, torch, jax, tensorflow or the like; None for anything else."""
    if not (callable(getattr(value, "item", None)) or callable(getattr(value, "numpy", None))):
        return None
    shape = getattr(value, "shape", None)
    try:
        return tuple(int(n) for n in shape) if shape is not None else None
    except Exception:  # noqa: BLE001
        return None


def _size(shape: Tuple[int, ...]) -> int:
    size = 1
    for n in shape:
        size *= n
    return size


def _scalar(value: Any) -> Any:
    """The Python number of an array with one element."""
    item = getattr(value, "item", None)
    if callable(item):
        return item()
    return value.numpy().item()


def _to_list(value: Any) -> Any:
    tolist = getattr(value, "tolist", None)
    return tolist() if callable(tolist) else value.numpy().tolist()


def _is_mapping(value: Any) -> bool:
    return isinstance(value, Mapping) or (
        not isinstance(value, type) and callable(getattr(value, "keys", None)) and hasattr(type(value), "__getitem__")
    )


def _key_text(key: Any) -> str:
    if isinstance(key, str):
        return str.__str__(key) if type(key) is not str and not isinstance(key, enum.Enum) else str(getattr(key, "value", key))
    if isinstance(key, enum.Enum):
        return key.name
    if key is None or key is True or key is False:
        return json.dumps(key)
    if isinstance(key, bytes):
        return key.decode("utf-8", "replace")
    return str(key)[:MAX_REPR]


def _pairs(value: Any) -> Iterator[Tuple[str, Any]]:
    """Keys and values of anything like a mapping. A value that cannot be read (a missing or unresolvable one) is said so."""
    for key in list(value.keys()):
        try:
            item = value[key]
        except Exception as error:  # noqa: BLE001 - OmegaConf raises for "???" and for broken interpolations.
            item = f"<{type(error).__name__}>"
        yield _key_text(key), item


def plain(value: Any, key: str = "", warn: Warn = _no_warn, _on_path: FrozenSet[int] = frozenset()) -> Json:
    """Anything as JSON. Never raises.

    Numbers of numpy, torch and jax and arrays with one element become numbers, larger arrays lists; Decimal and Fraction
    numbers; datetime ISO text and timedelta seconds; Path and UUID text; Enum its value where that is plain, else its name;
    dataclass, Namespace, namedtuple, attrs, pydantic and mapping-like objects become objects; sets sorted lists; bytes UTF-8
    text or ``base64:…``; classes and functions their dotted name. Whatever is left becomes its repr, cut at
    ``MAX_REPR`` characters, and ``warn(key, text)`` is called.
    """
    kind = type(value)
    if value is None or kind is bool or kind is float:
        return value
    if kind is str:
        return value if len(value) <= MAX_TEXT else _cut(value, key, warn)
    if kind is int:
        return value if -(1 << 4096) < value < (1 << 4096) else f"an integer of {value.bit_length()} bits"
    try:
        if id(value) in _on_path or len(_on_path) >= MAX_DEPTH:
            warn(key, "holds itself or is nested too deeply; what lies deeper is left out")
            return f"<{_kind_name(value)}>"
        return _plain_object(value, key, warn, _on_path | {id(value)})
    except RecursionError:
        return f"<{_kind_name(value)}>"
    except Exception as error:  # noqa: BLE001 - a property or a repr of someone's class may raise anything.
        warn(key, f"could not be read ({type(error).__name__}); its type is written in its place")
        return f"<{_kind_name(value)}>"


def _cut(text: str, key: str, warn: Warn) -> str:
    warn(key, f"is a text of {len(text)} characters; the first {MAX_TEXT} are kept")
    return text[:MAX_TEXT] + "…"


def _plain_items(items: Iterable[Any], key: str, warn: Warn, on_path: FrozenSet[int]) -> List[Json]:
    result: List[Json] = []
    for item in items:
        if len(result) >= MAX_ITEMS:
            warn(key, f"has more than {MAX_ITEMS} items; the first are kept")
            break
        result.append(plain(item, key, warn, on_path))
    return result


def _plain_pairs(pairs: Iterable[Tuple[str, Any]], key: str, warn: Warn, on_path: FrozenSet[int]) -> Dict[str, Json]:
    result: Dict[str, Json] = {}
    for name, item in pairs:
        if len(result) >= MAX_ITEMS:
            warn(key, f"has more than {MAX_ITEMS} keys; the first are kept")
            break
        result[name] = plain(item, f"{key}.{name}" if key else name, warn, on_path)
    return result


def _plain_object(value: Any, key: str, warn: Warn, on_path: FrozenSet[int]) -> Json:
    if isinstance(value, enum.Enum):
        own = value.value
        return plain(own, key, warn, on_path) if isinstance(own, (bool, int, float, str)) else value.name
    if isinstance(value, float):
        return float(value)
    if isinstance(value, int):
        return plain(int(value), key, warn, on_path)
    if isinstance(value, str):
        return plain(str.__str__(value), key, warn, on_path)
    if isinstance(value, dict):
        asdict = getattr(value, "to_dict", None) if type(value).__module__.startswith("ml_collections") else None
        return _plain_pairs(_pairs(asdict() if callable(asdict) else value), key, warn, on_path)
    if isinstance(value, tuple) and callable(getattr(value, "_asdict", None)):
        return _plain_pairs(value._asdict().items(), key, warn, on_path)  # type: ignore[attr-defined]
    if isinstance(value, (list, tuple, deque, range)):
        return _plain_items(value, key, warn, on_path)
    if isinstance(value, (set, frozenset)):
        items = _plain_items(value, key, warn, on_path)
        try:
            return sorted(items)
        except TypeError:
            return sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(value, (bytes, bytearray, memoryview)):
        return _plain_bytes(bytes(value), key, warn)
    shape = _shape(value)
    if shape is not None:
        if _size(shape) == 1:
            one = _scalar(value)
            return plain(one, key, warn, on_path) if type(one) is not type(value) else repr(one)[:MAX_REPR]
        if _size(shape) <= MAX_ITEMS:
            return _plain_items(_to_list(value), key, warn, on_path)
        warn(key, f"is an array of shape {list(shape)}; only its shape is written")
        return f"<{_kind_name(value)} of shape {list(shape)}>"
    if isinstance(value, os.PathLike):
        return plain(os.fspath(value), key, warn, on_path)
    if _is(value, "decimal", "Decimal") or _is(value, "fractions", "Fraction"):
        return int(value) if value == value and abs(value) < 2**53 and value == int(value) and "." not in str(value) else float(value)
    if _is(value, "datetime", "timedelta"):
        return value.total_seconds()
    if _is(value, "datetime", "date") or _is(value, "datetime", "time"):
        return value.isoformat()
    if _is(value, "uuid", "UUID"):
        return str(value)
    if not isinstance(value, type):
        fields = getattr(value, "__dataclass_fields__", None)
        if isinstance(fields, dict):
            return _plain_pairs(((f, getattr(value, f, None)) for f in fields), key, warn, on_path)
        if _is(value, "argparse", "Namespace") or _is(value, "types", "SimpleNamespace"):
            return _plain_pairs(((_key_text(k), v) for k, v in vars(value).items()), key, warn, on_path)
        if _is_mapping(value):
            return _plain_pairs(_pairs(value), key, warn, on_path)
        if callable(getattr(value, "model_dump", None)):
            return _plain_pairs(_pairs(value.model_dump()), key, warn, on_path)
        if isinstance(getattr(type(value), "__attrs_attrs__", None), tuple):
            names = [a.name for a in type(value).__attrs_attrs__]
            return _plain_pairs(((n, getattr(value, n, None)) for n in names), key, warn, on_path)
        if isinstance(value, Sequence):
            return _plain_items(value, key, warn, on_path)
    name = getattr(value, "__qualname__", None)
    if isinstance(name, str) and callable(value):
        module = getattr(value, "__module__", None)
        return f"{module}.{name}" if isinstance(module, str) else name
    if type(value).__module__.split(".")[0] in ("torch", "numpy", "jax", "tensorflow") and len(str(value)) <= 60:
        return str(value)  # torch.float32, device(type='cuda'), dtype('float32')
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", repr(value))
    warn(key, f"is a {_kind_name(value)}, for which there is no rule; its repr is written")
    return text if len(text) <= MAX_REPR else text[:MAX_REPR] + "…"


def _plain_bytes(data: bytes, key: str, warn: Warn) -> str:
    if len(data) > MAX_TEXT:
        warn(key, f"is {len(data)} bytes; the first {MAX_TEXT} are kept")
        data = data[:MAX_TEXT]
    try:
        text = data.decode("utf-8")
        if text.isprintable():
            return text
    except UnicodeDecodeError:
        pass
    import base64

    return "base64:" + base64.b64encode(data).decode("ascii")


# ---------------------------------------------------------------- JSON bytes


def _make_encoder() -> Callable[[Any], str]:
    """Compact JSON of plain values; raises TypeError or RecursionError for others, which `plain` then mends."""
    make = getattr(json.encoder, "c_make_encoder", None)
    slow = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
    if make is None:
        return slow

    def refuse(value: Any) -> Any:
        raise TypeError(f"{type(value).__name__} is no JSON")

    try:
        chunks = make(None, refuse, json.encoder.encode_basestring, None, ":", ",", False, False, True)
        join = "".join
        if join(chunks({"é": [1, 0.5, None, float("nan")]}, 0)) != '{"é":[1,0.5,null,NaN]}':
            return slow
    except Exception:  # noqa: BLE001 - a private constructor: any other Python may spell it otherwise.
        return slow
    return lambda value: join(chunks(value, 0))


_encode = _make_encoder()


def _line(record: Mapping[str, Any]) -> bytes:
    """One record as it is written, newline included. A lone surrogate becomes its escape, as JSON.stringify has it."""
    try:
        text = _encode(record)
    except (TypeError, ValueError, RecursionError):
        text = _encode(plain(dict(record)))
    return (text + "\n").encode("utf-8", "backslashreplace")


_MILLIS = tuple(f'{i:03d}Z"' for i in range(1000))  # '007Z"'


def _iso(seconds: float) -> str:
    """Seconds since 1970 as 2026-01-31T12:00:00.000Z."""
    whole = int(seconds // 1)
    return time.strftime("%Y-%m-%dT%H:%M:%S.", time.gmtime(whole)) + f"{int((seconds - whole) * 1000):03d}Z"


# ---------------------------------------------------------------- the log file


class _LogFile:
    """An append-only file of lines: one write a line, a bounded queue while the disk refuses.

    Every method must be called under the owner's lock, except `acquire_in_child`. `path` may change by `move_to`.
    """

    def __init__(
        self,
        path: str,
        fd: int,
        *,
        lock: Any,
        buffer_bytes: int,
        start_line: Callable[[], bytes],
        now: Callable[[], str],
        fallback: Callable[[], str],
    ) -> None:
        self.path = path
        self.fd = fd
        self.dropped = 0  # Records that did not fit into the queue.
        self.held = 0  # Bytes in the queue.
        self.broken: Optional[str] = None  # What the system said last, while it refuses.
        self._lock = lock
        self._bound = buffer_bytes
        self._start_line = start_line
        self._now = now
        self._fallback = fallback
        self._queue: Deque[bytes] = deque()
        self._done = 0  # Bytes of the queue's first line that are in the file already.
        self._torn_size = 0  # Size of the file just after them.
        self._reported_drops = 0
        self._delay = 0.25
        self._next_try = 0.0
        self._retrying: Optional[threading.Event] = None
        self._identity: Optional[Tuple[int, int]] = None
        self._checked_size = 0
        self._forked = False
        if fd >= 0:
            self._remember()

    def append(self, line: bytes, must: bool = False) -> None:
        """Writes a line, or holds it. ``must`` lets it past the queue's bound (starts and ends are small)."""
        if self._queue:
            self._hold(line, must)
            if _monotonic() >= self._next_try:
                self.retry()
            return
        try:
            written = _write(self.fd, line)
            while written != len(line):
                self._done, self._torn_size = written, self._size_now()
                more = _write(self.fd, line[written:])
                written += more
            self._done = 0
        except OSError as error:
            self._refused(error, line)

    def _size_now(self) -> int:
        try:
            return os.fstat(self.fd).st_size
        except OSError:
            return -1

    def _refused(self, error: OSError, line: bytes) -> None:
        self._hold(line, True)
        first = self.broken is None
        self.broken = error.strerror or str(error)
        self._delay = 0.25
        self._next_try = _monotonic() + self._delay
        if first:
            _warn(
                f"cannot write {_shown(self.path)}: {self.broken}. Training goes on; up to {self._bound // 2**20} MiB of records "
                "wait in memory and are written as soon as that is possible."
            )
            self._start_retrying()

    def _hold(self, line: bytes, must: bool) -> None:
        if not must and self.held + len(line) > self._bound:
            self.dropped += 1
            return
        self._queue.append(line)
        self.held += len(line)

    def retry(self) -> bool:
        """Writes what is held, as far as it goes. True when nothing is left."""
        queue = self._queue
        try:
            if not self._is_ours():
                self._reopen()
            while queue:
                if self._done and self._size_now() != self._torn_size:
                    queue[0] = _newline_if_torn(self.fd) + queue[0]  # Another writer came after the tear.
                    self._done = 0
                line = queue[0]
                written = _write(self.fd, line[self._done :] if self._done else line)
                if self._done + written < len(line):
                    self._done += written
                    self._torn_size = self._size_now()
                    continue
                self._done = 0
                queue.popleft()
                self.held = self.held - len(line) if queue else 0
        except OSError as error:
            self.broken = error.strerror or str(error)
            self._delay = min(self._delay * 2, 30.0)
            self._next_try = _monotonic() + self._delay
            return False
        if self.broken is not None:
            self.broken = None
            lost = self.dropped - self._reported_drops
            self._reported_drops = self.dropped
            if lost:
                text = f"The log could not be written for a while; {lost} records did not fit into memory and are lost."
                self.append(_line({"event": "log", "time": self._now(), "level": "warning", "message": text, "dropped": lost}))
            _warn(f"{_shown(self.path)} can be written again; " + (f"{lost} records were lost." if lost else "nothing was lost."))
        return True

    def _start_retrying(self) -> None:
        """Tries again from a thread of its own, so that records do not wait for the next call of `log`."""
        if self._retrying is not None and not self._retrying.is_set():
            return
        stop = self._retrying = threading.Event()

        def keep_trying() -> None:
            while not stop.wait(max(0.05, min(self._delay, 30.0))):
                with self._lock:
                    if stop.is_set() or not self._queue or self.retry():
                        stop.set()

        try:
            threading.Thread(target=keep_trying, name="runfolio-retry", daemon=True).start()
        except RuntimeError:  # The interpreter is going down: `finish` tries by itself.
            stop.set()

    # Which file is it?

    def _remember(self) -> None:
        try:
            state = os.fstat(self.fd)
            self._identity = (state.st_dev, state.st_ino)
            self._checked_size = state.st_size
        except OSError:
            self._identity = None

    def _is_ours(self) -> bool:
        """Whether the descriptor still leads to our file, and the file is still in some folder."""
        if self.fd < 0:
            return False
        try:
            state = os.fstat(self.fd)
        except OSError:
            return False
        return (state.st_dev, state.st_ino) == self._identity and (state.st_nlink > 0 or os.name == "nt")

    def check(self) -> None:
        """Notices a log that was deleted: opens it anew, begins with a resumed start, carries over what was written since."""
        if self._queue:
            return
        try:
            state = os.fstat(self.fd)
            if (state.st_dev, state.st_ino) == self._identity and (state.st_nlink > 0 or os.name == "nt"):
                self._checked_size = state.st_size
                return
        except OSError:
            pass
        try:
            self._reopen()
        except OSError as error:
            self.broken = None
            self._refused(error, b"")

    def _carried(self) -> bytes:
        """What was written to the deleted file after the last check, if it can still be read."""
        try:
            state = os.fstat(self.fd)
            if (state.st_dev, state.st_ino) != self._identity or state.st_nlink > 0:
                return b""
            size = min(state.st_size - self._checked_size, 64 * 2**20)
            return os.pread(self.fd, size, self._checked_size) if size > 0 else b""
        except (OSError, AttributeError):
            return b""

    def _reopen(self) -> None:
        carried, whole = self._carried(), self._checked_size == 0
        if carried and not carried.endswith(b"\n"):
            carried = carried[: carried.rfind(b"\n") + 1]  # Its last line is in the queue, and whole.
        _make_folders(os.path.dirname(self.path))
        fd = _open_log(self.path)
        state = os.fstat(fd)
        same = (state.st_dev, state.st_ino) == self._identity
        if self.fd >= 0 and self._is_same_descriptor():
            os.close(self.fd)
        self.fd = fd
        if same or self._forked or self._identity is None:  # Ours after all, the parent's to speak for, or never opened before.
            self._remember()
            return
        self._done = 0
        self._remember()
        _lock_file(fd)
        _warn(f"{_shown(self.path)} was deleted while the run goes on; it is begun again with what comes from now on.")
        start = carried if carried and whole else self._start_line() + carried
        self._queue.appendleft(_newline_if_torn(fd) + start)
        self.held += len(self._queue[0])
        if len(self._queue) == 1:
            self.broken = self.broken or None
            self.retry()

    def _is_same_descriptor(self) -> bool:
        try:
            state = os.fstat(self.fd)
            return (state.st_dev, state.st_ino) == self._identity
        except OSError:
            return False

    def move_to(self, path: str) -> None:
        """Moves the file by one rename; the descriptor stays. Raises OSError, and then nothing has changed."""
        if os.name == "nt" and self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
        try:
            os.rename(self.path, path)
            self.path = path
        finally:
            if self.fd < 0:
                self.fd = _open_log(self.path)
                self._remember()

    def acquire_in_child(self, lock: Any) -> None:
        """After fork: leaves the parent's descriptor and queue to the parent. The child opens its own when it first writes."""
        self._lock = lock
        try:
            if self.fd >= 0:
                os.close(self.fd)
        except OSError:
            pass
        self.fd = -1
        self._forked = True
        self._queue = deque()
        self.held = self._done = 0
        self.broken = None
        self._retrying = None

    def open_in_child(self) -> None:
        if self.fd < 0:
            try:
                self.fd = _open_log(self.path)
                self._remember()
            except OSError:
                pass  # The first write fails on -1 and says so.

    def close(self, drain_seconds: float) -> None:
        """Writes what is held, for at most ``drain_seconds``; then to the fallback folder. Syncs and closes."""
        if self._retrying is not None:
            self._retrying.set()
        if not self._queue:
            self.check()
        until = _monotonic() + drain_seconds
        pause = 0.05
        while self._queue and not self.retry():
            if _monotonic() + pause > until:
                self._give_away()
                break
            time.sleep(pause)
            pause = min(pause * 2, 1.0)
        try:
            os.fsync(self.fd)
        except OSError:
            pass
        try:
            if self._is_same_descriptor():
                os.close(self.fd)
        except OSError:
            pass
        self.fd = -1

    def _give_away(self) -> None:
        """The disk still refuses at the end: the rest goes to a file elsewhere, whole lines only."""
        rest = b"".join(self._queue)
        try:
            folder = self._fallback()
            _make_folders(folder)
            name = os.path.basename(os.path.dirname(self.path)) if self.path.endswith(os.sep + "run.jsonl") else ""
            target = os.path.join(folder, (name + "-" if name else "") + os.path.basename(self.path) + ".rest")
            fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
            try:
                while rest:
                    rest = rest[_write(fd, rest) :]
                os.fsync(fd)
            finally:
                os.close(fd)
        except OSError as error:
            _warn(f"{len(self._queue)} records of {_shown(self.path)} are lost: {self.broken}; and elsewhere: {error}.")
        else:
            _warn(
                f"{_shown(self.path)} still cannot be written ({self.broken}). The last {len(self._queue)} records are in {target}. "
                f"Put them back with: (echo; cat '{target}') >> '{self.path}'"
            )
        self._queue.clear()
        self.held = 0


def _open_log(path: str, flags: int = 0) -> int:
    """Opens for append. Reading is asked for too (the last byte, a deleted file), and done without where it is refused."""
    flags |= os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        return os.open(path, flags | os.O_RDWR, 0o666)
    except PermissionError:
        return os.open(path, flags | os.O_WRONLY, 0o666)


def _newline_if_torn(fd: int) -> bytes:
    """A newline when the file's last byte is none: the torn line then stays alone."""
    try:
        size = os.fstat(fd).st_size
        if size == 0:
            return b""
        if hasattr(os, "pread"):
            return b"" if os.pread(fd, 1, size - 1) == b"\n" else b"\n"
        os.lseek(fd, size - 1, os.SEEK_SET)
        return b"" if os.read(fd, 1) == b"\n" else b"\n"
    except OSError:
        return b"\n"  # A blank line is read as nothing.


def _lock_file(fd: int) -> bool:
    """Locks as far as the file system can. False only when another process holds the lock."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass  # No locks here, as on some network disks: nothing relies on them.
    return True


def _make_folders(folder: str) -> None:
    os.makedirs(folder, exist_ok=True)


def _shown(path: str) -> str:
    """A path as a person would write it."""
    try:
        near = os.path.relpath(path)
        return near if not near.startswith("..") else path
    except (ValueError, OSError):
        return path


# ---------------------------------------------------------------- values with a record of their own


class Histogram:
    """A distribution: of ``sequence`` counted here, or of ``np_histogram=(counts, edges)`` counted already.

    Non-finite values are left out. ``num_bins`` bins of one width, 512 at most. Raises ValueError where edges are not one
    more than counts.
    """

    def __init__(self, sequence: Any = None, np_histogram: Any = None, num_bins: int = 64) -> None:
        if np_histogram is not None:
            counts, edges = np_histogram
            self.counts = [plain(c) for c in (plain(counts) or [])]
            self.edges = [float(e) for e in plain(edges)]
            if len(self.edges) != len(self.counts) + 1:
                raise ValueError("a histogram has one edge more than counts")
            return
        values = _numbers(sequence)
        bins = max(1, min(int(num_bins), 512))
        low, high = (min(values), max(values)) if values else (0.0, 1.0)
        if low == high:
            low, high = low - 0.5, high + 0.5
        if low == high:  # So large that a half is nothing.
            high = low + abs(low)
        width = (high - low) / bins
        self.edges = [low + width * i for i in range(bins)] + [high]
        self.counts = [0] * bins
        for value in values:
            index = int((value - low) / width) if width > 0 else 0
            self.counts[index if index < bins else bins - 1] += 1

    def _record(self, name: str, step: Any, when: str) -> Record:
        return {"event": "histogram", "name": name, "step": step, "time": when, "edges": self.edges, "counts": self.counts}


def _numbers(values: Any) -> List[float]:
    """All finite numbers in an array or in nested lists, in order."""
    if _shape(values) is not None:
        flat = getattr(values, "reshape", None)
        detach = getattr(values, "detach", None)
        if callable(detach):
            values = detach().cpu()
        values = _to_list(values.reshape(-1) if callable(flat) else values)
    found: List[float] = []
    stack = [iter(values if isinstance(values, Iterable) else [values])]
    while stack:
        for item in stack[-1]:
            if isinstance(item, (int, float)):
                number = float(item)
                if number - number == 0:
                    found.append(number)
            elif isinstance(item, (list, tuple)):
                stack.append(iter(item))
                break
            elif _shape(item) is not None:
                found.extend(_numbers(item))
        else:
            stack.pop()
    return found


class Table:
    """A small table: names of columns and rows of cells. ``kind`` may be ``confusion``, ``pr``, ``roc`` or ``calibration``.

    ``dataframe`` takes a pandas or polars frame. Rows past ``MAX_ITEMS`` are left out with a warning.
    """

    def __init__(
        self,
        columns: Optional[Sequence[Any]] = None,
        data: Any = None,
        rows: Any = None,
        dataframe: Any = None,
        kind: Optional[str] = None,
        **_ignored: Any,
    ) -> None:
        if dataframe is None and data is not None and hasattr(data, "columns") and not isinstance(data, (list, tuple)):
            dataframe, data = data, None
        if dataframe is not None:
            columns = [str(c) for c in dataframe.columns]
            iterate = getattr(dataframe, "itertuples", None)
            data = [list(r) for r in (iterate(index=False, name=None) if callable(iterate) else dataframe.iter_rows())]
        given = data if data is not None else rows
        if _shape(given) is not None:
            given = _to_list(given)
        self.data: List[List[Any]] = [list(row) for row in given] if given is not None else []
        width = len(self.data[0]) if self.data else 0
        self.columns: List[str] = [str(c) for c in columns] if columns is not None else [str(i) for i in range(width)]
        self.kind = kind

    def add_data(self, *cells: Any) -> None:
        """Adds a row. Raises ValueError when it has another number of cells than there are columns."""
        if len(cells) != len(self.columns):
            raise ValueError(f"the table has {len(self.columns)} columns, and the row {len(cells)} cells")
        self.data.append(list(cells))

    add_row = add_data

    def add_column(self, name: str, data: Sequence[Any]) -> None:
        """Adds a column, a cell for each row there is; an empty table gets its rows from it."""
        if not self.data:
            self.data = [[] for _ in data]
        self.columns.append(str(name))
        for row, cell in zip(self.data, data):
            row.append(cell)


class Image:
    """A picture: a path, a PIL image, a matplotlib figure, PNG bytes, or pixels.

    Pixels are an array or nested lists of shape (height, width), or with 1, 3 or 4 channels last (a torch tensor: first).
    Integers are 0 to 255. Floats are 0 to 1; a greater one makes them 0 to 255. A PNG is written by this module alone.
    """

    def __init__(self, data_or_path: Any, mode: Optional[str] = None, caption: Optional[str] = None, **_ignored: Any) -> None:
        self.data = data_or_path
        self.mode = mode
        self.caption = None if caption is None else str(caption)

    def _content(self) -> Tuple[str, bytes]:
        """Ending and bytes. Raises for what is no picture."""
        data = self.data
        if isinstance(data, (str, os.PathLike)):
            path = os.fspath(data)
            if os.path.getsize(path) > MAX_FILE_BYTES:
                raise ValueError(f"{_shown(str(path))} is larger than {MAX_FILE_BYTES // 2**20} MiB")
            with open(path, "rb") as file:
                ending = os.path.splitext(str(path))[1].lower() or ".png"
                return ending, file.read()
        if isinstance(data, (bytes, bytearray)):
            return ".png", bytes(data)
        if _is_picture(data):
            import io

            stream = io.BytesIO()
            figure: Any = data if hasattr(data, "savefig") else getattr(data, "figure", None)
            if hasattr(figure, "savefig"):
                figure.savefig(stream, format="png")
            else:
                picture = data if data.mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I") else data.convert("RGB")
                picture.save(stream, format="PNG")
            return ".png", stream.getvalue()
        return ".png", _png_of(data)


def _is_picture(value: Any) -> bool:
    """A PIL image or a matplotlib figure or axes, told by where its class comes from."""
    modules = [kind.__module__.split(".")[0] for kind in type(value).__mro__]
    return ("PIL" in modules and hasattr(value, "save")) or (
        "matplotlib" in modules and (hasattr(value, "savefig") or hasattr(getattr(value, "figure", None), "savefig"))
    )


def _png_of(pixels: Any) -> bytes:
    detach = getattr(pixels, "detach", None)
    if callable(detach):  # torch: channels first, on any device
        pixels = detach().cpu()
        if len(pixels.shape) == 3 and pixels.shape[0] in (1, 3, 4):
            pixels = pixels.permute(1, 2, 0)
        pixels = pixels.float().numpy() if "float" in str(pixels.dtype) else pixels.numpy()
    shape = _shape(pixels)
    if shape is not None and callable(getattr(pixels, "astype", None)) and callable(getattr(pixels, "tobytes", None)):
        if len(shape) not in (2, 3) or _size(shape) == 0:
            raise ValueError(f"pixels have the shape (height, width) or (height, width, channels), not {list(shape)}")
        if "float" in str(pixels.dtype):
            scale = 255.0 if not float(pixels.max()) > 1.0 else 1.0
            pixels = (pixels * scale).clip(0, 255) + 0.5
        elif str(pixels.dtype) == "bool":
            pixels = pixels * 255
        if str(pixels.dtype) != "uint8":
            pixels = pixels.clip(0, 255.999).astype("uint8") if "float" in str(pixels.dtype) else pixels.clip(0, 255).astype("uint8")
        channels = shape[2] if len(shape) == 3 else 1
        return write_png(shape[1], shape[0], channels, pixels.tobytes())
    rows = _to_list(pixels) if shape is not None else [list(row) for row in pixels]
    if not rows or not rows[0]:
        raise ValueError("a picture has at least one pixel")
    nested = isinstance(rows[0][0], (list, tuple))
    channels = len(rows[0][0]) if nested else 1
    flat = [c for row in rows for p in row for c in (p if nested else (p,))]
    floats = any(isinstance(c, float) for c in flat)
    scale = 255.0 if floats and not max(flat) > 1 else 1.0
    data = bytes(max(0, min(255, int(c * scale + (0.5 if floats else 0)))) if c == c else 0 for c in flat)
    return write_png(len(rows[0]), len(rows), channels, data)


def write_png(width: int, height: int, channels: int, pixels: bytes) -> bytes:
    """A PNG of 8-bit grey (1 channel), grey and alpha (2), RGB (3) or RGBA (4), rows from the top.

    Raises ValueError where the number of bytes is not width × height × channels.
    """
    colour = {1: 0, 2: 4, 3: 2, 4: 6}.get(channels)
    if colour is None or len(pixels) != width * height * channels:
        raise ValueError(f"{len(pixels)} bytes are no picture of {width} × {height} pixels with {channels} channels")
    stride = width * channels
    rows = b"".join(b"\0" + pixels[at : at + stride] for at in range(0, len(pixels), stride))

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data) & 0xFFFFFFFF)

    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 6)) + chunk(b"IEND", b"")


class Artifact:
    """Files under one name, as W&B scripts gather them: ``add_file``, ``add_dir``, ``add_reference``, then ``log_artifact``."""

    def __init__(self, name: str, type: str = "file", description: Optional[str] = None, metadata: Any = None, **_ignored: Any) -> None:
        self.name = str(name)
        self.type = str(type)
        self.description = description
        self.metadata = metadata
        self._files: List[Tuple[str, Optional[str]]] = []
        self._links: List[Tuple[str, Optional[str]]] = []

    def add_file(self, local_path: Any, name: Optional[str] = None, **_ignored: Any) -> None:
        self._files.append((os.fspath(local_path), name))

    def add_dir(self, local_path: Any, name: Optional[str] = None, **_ignored: Any) -> None:
        top = os.fspath(local_path)
        for folder, _folders, names in sorted(os.walk(top)):
            for one in sorted(names):
                path = os.path.join(folder, one)
                inner = os.path.relpath(path, top).replace(os.sep, "/")
                self._files.append((path, f"{name}/{inner}" if name else inner))

    def add_reference(self, uri: str, name: Optional[str] = None, **_ignored: Any) -> None:
        self._links.append((str(uri), name))


_KIND_BY_TYPE = {"model": "model", "dataset": "data", "data": "data", "checkpoint": "model"}
_KIND_BY_ENDING = {
    "image": ("png", "jpg", "jpeg", "gif", "webp", "avif", "svg"),
    "table": ("csv", "tsv"),
    "text": ("txt", "md", "log", "json", "yaml", "yml", "patch", "diff", "py", "ts", "js", "toml", "ini", "cfg"),
    "audio": ("wav", "mp3", "ogg", "flac"),
    "video": ("mp4", "webm"),
    "model": ("pt", "pth", "ckpt", "safetensors", "h5", "keras", "onnx", "pkl", "joblib", "gguf"),
    "data": ("npz", "npy", "parquet", "arrow", "feather"),
}


def _guess_kind(path: str) -> str:
    ending = path.rsplit(".", 1)[-1].lower()
    for kind, endings in _KIND_BY_ENDING.items():
        if ending in endings:
            return kind
    return "file"


class _Plot:
    """Charts that W&B scripts ask for, as tables that have a chart of their own."""

    @staticmethod
    def confusion_matrix(
        probs: Any = None, y_true: Any = None, preds: Any = None, class_names: Optional[Sequence[Any]] = None, **_ignored: Any
    ) -> Table:
        """A table of kind ``confusion``: a row an actual class, a column a predicted one."""
        actual = [plain(v) for v in plain(y_true)]
        if preds is None:
            preds = [max(range(len(row)), key=row.__getitem__) for row in plain(probs)]
        predicted = [plain(v) for v in plain(preds)]
        if class_names is not None:
            labels: List[Any] = list(range(len(class_names)))
            names = [str(n) for n in class_names]
        else:
            labels = sorted(set(actual) | set(predicted), key=lambda v: (isinstance(v, str), v))
            names = [str(v) for v in labels]
        place = {label: i for i, label in enumerate(labels)}
        counts = [[0] * len(labels) for _ in labels]
        for a, p in zip(actual, predicted):
            if a in place and p in place:
                counts[place[a]][place[p]] += 1
        rows = [[name, *row] for name, row in zip(names, counts)]
        return Table(columns=["actual", *names], data=rows, kind="confusion")

    @staticmethod
    def _table(table: Any, *_columns: Any, **_ignored: Any) -> Any:
        return table

    line = scatter = bar = histogram = _table


plot = _Plot()


class Settings:
    """Takes and ignores W&B's settings, so that ``wandb.Settings(...)`` in a script stands."""

    def __init__(self, **settings: Any) -> None:
        self.__dict__.update(settings)


# ---------------------------------------------------------------- what is captured on its own

CAPTURES = (
    "git", "patch", "command", "cwd", "python", "packages", "host", "user", "gpu", "slurm", "seed", "system", "energy", "error", "exit",
)  # fmt: skip


def _choose_captures(capture: Any) -> Set[str]:
    """The names to capture, of ``True``, ``False``, names to take, or a mapping of names to on or off."""
    if capture is None:
        capture = True
        words = [w.strip() for w in os.environ.get("RUNFOLIO_CAPTURE", "").split(",") if w.strip()]
        if words in (["none"], ["0"], ["false"]):
            capture = False
        elif words:
            left_out = {w[1:] for w in words if w.startswith("-")}
            capture = set(CAPTURES) - left_out if left_out else words
    if capture is True:
        return set(CAPTURES)
    if not capture:
        return set()
    if isinstance(capture, Mapping):
        return {name for name in CAPTURES if capture.get(name, True)}
    chosen = {capture} if isinstance(capture, str) else {str(name) for name in capture}
    for name in sorted(chosen - set(CAPTURES)):
        _warn(f'there is nothing to capture by the name "{name}"; there are: {", ".join(CAPTURES)}', once=f"capture {name}")
    return chosen & set(CAPTURES)


def _ask(command: Sequence[str], cwd: Optional[str] = None, seconds: float = 5.0) -> Optional[str]:
    """What a program prints, or None when it is not there, fails or takes too long."""
    import subprocess

    env = dict(os.environ, GIT_OPTIONAL_LOCKS="0", GIT_TERMINAL_PROMPT="0", LC_ALL="C")
    try:
        done = subprocess.run(
            list(command), cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=seconds, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def _repository(folder: str) -> Optional[str]:
    """The nearest folder upwards that holds ``.git``."""
    at = os.path.abspath(folder)
    while True:
        if os.path.exists(os.path.join(at, ".git")):
            return at
        above = os.path.dirname(at)
        if above == at:
            return None
        at = above


def _git_state(repository: str, logs: str, with_patch: bool) -> Tuple[Optional[Record], Optional[str]]:
    """Commit, branch, dirty flag and remote without credentials; and the patch of what is not committed, logs left out."""
    head = _ask(["git", "rev-parse", "HEAD"], repository)
    if head is None:
        return None, None
    state: Record = {"commit": head.strip()}
    branch = _ask(["git", "symbolic-ref", "--quiet", "--short", "HEAD"], repository)
    if branch:
        state["branch"] = branch.strip()
    paths = ["--", "."]
    inner = os.path.relpath(logs, repository)
    if not inner.startswith("..") and inner != ".":
        paths.append(":(exclude)" + inner.replace(os.sep, "/"))
    no_tools = ["--no-ext-diff", "--no-textconv", "--no-color"]
    patch = _ask(["git", "diff", *no_tools, "HEAD", *paths], repository, 10.0)
    script = _script()
    if script is not None and _is_inside(script, repository):
        if _ask(["git", "ls-files", "--error-unmatch", "--", script], repository) is None:
            patch = (patch or "") + _new_file_patch(script, repository)
    if patch is not None:
        state["dirty"] = bool(patch)
    remote = _ask(["git", "config", "--get", "remote.origin.url"], repository)
    if remote and remote.strip():
        state["remote"] = _ADDRESS_USER.sub(r"\1", remote.strip())
    return state, (patch if with_patch and patch else None)


def _new_file_patch(path: str, repository: str) -> str:
    """A script that git does not know yet, as a patch that adds it."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            lines = file.read(MAX_PATCH_BYTES).split("\n")
    except (OSError, UnicodeDecodeError):
        return ""
    if lines and lines[-1] == "":
        lines.pop()
    name = os.path.relpath(path, repository).replace(os.sep, "/")
    body = "".join(f"+{line}\n" for line in lines)
    return f"diff --git a/{name} b/{name}\nnew file mode 100644\n--- /dev/null\n+++ b/{name}\n@@ -0,0 +1,{len(lines)} @@\n{body}"


def _is_inside(path: str, folder: str) -> bool:
    try:
        return os.path.commonpath([os.path.realpath(path), os.path.realpath(folder)]) == os.path.realpath(folder)
    except ValueError:
        return False


def _script() -> Optional[str]:
    main = sys.modules.get("__main__")
    path = getattr(main, "__file__", None)
    return os.path.abspath(path) if isinstance(path, str) and os.path.exists(path) else None


def _command(base: str) -> str:
    """The command line as one would type it, paths below ``base`` made relative, secrets redacted."""
    import shlex

    words = list(getattr(sys, "orig_argv", [])) or [sys.executable, *sys.argv]
    words[0] = os.path.basename(words[0]) or "python"
    shown: List[str] = []
    for i, word in enumerate(words):
        name, mark, value = word.partition("=")
        if mark and is_secret_param(name.lstrip("-"), value):
            word = f"{name}={REDACTED}"
        elif i > 0 and words[i - 1].startswith("-") and is_secret_param(words[i - 1].lstrip("-"), word):
            word = REDACTED
        if os.path.isabs(word) and _is_inside(word, base):
            word = os.path.relpath(word, base)
        elif i == 1 and os.path.isabs(word):
            word = os.path.basename(word)
        if "\n" in word or len(word) > 2000:
            word = word[:2000].split("\n", 1)[0] + "…"
        shown.append(shlex.quote(word.replace(REDACTED, "-redacted-")).replace("-redacted-", REDACTED))
    return redact_text(" ".join(shown))


_DISTRIBUTION = {"sklearn": "scikit-learn", "cv2": "opencv-python", "PIL": "Pillow", "yaml": "PyYAML", "skimage": "scikit-image"}


def _packages() -> Dict[str, str]:
    """Versions of the installed packages that have been imported, by distribution name where it is known."""
    found: Dict[str, str] = {}
    metadata: Any = None
    for name, module in sorted(sys.modules.copy().items()):
        if "." in name or name.startswith("_") or name in ("runfolio", "pip", "setuptools", "pkg_resources"):
            continue
        path = getattr(module, "__file__", None)
        if not isinstance(path, str) or not ("site-packages" in path or "dist-packages" in path):
            continue
        version = getattr(module, "__dict__", {}).get("__version__")
        if not isinstance(version, str):
            try:
                if metadata is None:
                    import importlib.metadata as metadata
                version = metadata.version(_DISTRIBUTION.get(name, name))
            except Exception:  # noqa: BLE001 - no metadata: a module of no known version is left out.
                continue
        found[_DISTRIBUTION.get(name, name)] = version
    return found


_SLURM = (
    "SLURM_JOB_ID", "SLURM_JOB_NAME", "SLURM_ARRAY_JOB_ID", "SLURM_ARRAY_TASK_ID", "SLURM_JOB_PARTITION", "SLURM_JOB_NODELIST",
    "SLURM_JOB_NUM_NODES", "SLURM_NTASKS", "SLURM_CPUS_PER_TASK", "SLURM_GPUS_ON_NODE", "SLURM_RESTART_COUNT", "SLURM_CLUSTER_NAME",
)  # fmt: skip


def _slurm_job() -> Optional[str]:
    array, task = os.environ.get("SLURM_ARRAY_JOB_ID"), os.environ.get("SLURM_ARRAY_TASK_ID")
    return f"{array}_{task}" if array and task else os.environ.get("SLURM_JOB_ID")


def _which(program: str) -> Optional[str]:
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(folder, program)
        if folder and os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def _gpus() -> Tuple[List[Record], Record]:
    """GPUs by name and memory in MiB, and driver and CUDA versions, from ``nvidia-smi`` and from torch if it is loaded."""
    versions: Record = {}
    torch_cuda = getattr(getattr(sys.modules.get("torch"), "version", None), "cuda", None)
    if isinstance(torch_cuda, str):
        versions["cuda"] = torch_cuda
    smi = _which("nvidia-smi")
    devices: List[Record] = []
    if smi is not None:
        text = _ask([smi, "--query-gpu=index,name,memory.total,driver_version", "--format=csv,noheader,nounits"], None, 5.0)
        for row in (text or "").splitlines():
            cells = [cell.strip() for cell in row.split(",")]
            if len(cells) == 4:
                devices.append({"index": _number(cells[0]), "name": cells[1], "memory_mib": _number(cells[2])})
                versions["driver"] = cells[3]
        if devices and "cuda" not in versions:
            match = re.search(r"CUDA Version:\s*([0-9.]+)", _ask([smi], None, 5.0) or "")
            if match:
                versions["cuda"] = match[1]
    return devices, versions


def _number(text: str) -> Optional[float]:
    try:
        value = float(text)
    except ValueError:
        return None
    return int(value) if value == int(value) else value


def _error_record(error: BaseException, base: str) -> Record:
    """Type, message and traceback of an exception; paths relative to ``base`` or to site-packages, secrets redacted."""
    import traceback

    def relative(match: "re.Match[str]") -> str:
        path = match[1]
        if "site-packages" + os.sep in path:
            path = path.rsplit("site-packages" + os.sep, 1)[1]
        elif _is_inside(path, base):
            path = os.path.relpath(path, base)
        else:
            path = os.path.basename(path)
        return f'File "{path.replace(os.sep, "/")}"'

    try:
        trace = "".join(traceback.format_exception(type(error), error, error.__traceback__)).rstrip()
        trace = re.sub(r'File "([^"\n]+)"', relative, trace)
        if len(trace) > 20_000:
            trace = trace[:10_000] + "\n…\n" + trace[-10_000:]
        message = str(error)[:4_000]
    except Exception:  # noqa: BLE001
        message, trace = f"<{type(error).__name__}>", ""
    return {"type": _kind_name(error), "message": _redact_source(message), "traceback": _redact_source(trace)}


class _Readings:
    """Machine readings. Utilisation in percent, memory in MiB, rates in MiB a second, power in W, temperature in °C."""

    def __init__(self, gpu: bool, folder: str) -> None:
        self.energy_joules = 0.0
        self.knows_power = False
        self._smi = _which("nvidia-smi") if gpu else None
        self._smi_failures = 0
        self._folder = folder
        self._last: Dict[str, float] = {}
        self._last_time = _monotonic()
        self._watts = 0.0
        self.read(gpu=False)  # Rates need a first reading.

    def read(self, gpu: bool = True) -> Record:
        """Everything that can be read here, rounded to six digits; {} on a system that tells nothing."""
        now = _monotonic()
        seconds = max(now - self._last_time, 1e-9)
        self._last_time = now
        found: Record = {}
        for part in (self._cpu, self._memory, self._input_output, self._disk):
            try:
                part(found, seconds)
            except (OSError, ValueError, IndexError, KeyError, AttributeError):
                continue
        self.energy_joules += self._watts * seconds
        self._rapl()
        if gpu and self._smi is not None:
            self._gpu(found)
        if self.knows_power:
            found["energy/kwh"] = self.energy_joules / 3.6e6
        return {key: float(f"{value:.6g}") if isinstance(value, float) else value for key, value in found.items()}

    def _rate(self, name: str, value: float, seconds: float) -> Optional[float]:
        before = self._last.get(name)
        self._last[name] = value
        return None if before is None or value < before else (value - before) / seconds

    def _cpu(self, found: Record, seconds: float) -> None:
        own = sum(os.times()[:4])
        used = self._rate("cpu.own", own, seconds)
        if used is not None:
            found["cpu/process_util"] = used * 100
        with open("/proc/stat", encoding="ascii") as file:
            ticks = [int(word) for word in file.readline().split()[1:9]]
        idle = self._rate("cpu.idle", ticks[3] + ticks[4], 1.0)
        total = self._rate("cpu.total", sum(ticks), 1.0)
        if idle is not None and total:
            found["cpu/util"] = max(0.0, 100 * (1 - idle / total))

    def _memory(self, found: Record, _seconds: float) -> None:
        with open("/proc/self/statm", encoding="ascii") as file:
            found["mem/rss_mib"] = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
        values: Dict[str, int] = {}
        with open("/proc/meminfo", encoding="ascii") as file:
            for line in file:
                name, _, rest = line.partition(":")
                if name in ("MemTotal", "MemAvailable"):
                    values[name] = int(rest.split()[0])
        found["mem/used_mib"] = (values["MemTotal"] - values["MemAvailable"]) / 1024
        found["mem/util"] = 100 * (1 - values["MemAvailable"] / values["MemTotal"])

    def _input_output(self, found: Record, seconds: float) -> None:
        received = sent = 0
        with open("/proc/net/dev", encoding="ascii") as file:
            for line in file:
                name, mark, rest = line.partition(":")
                if mark and name.strip() != "lo":
                    cells = rest.split()
                    received += int(cells[0])
                    sent += int(cells[8])
        for key, value in (("net/received_mib_s", received), ("net/sent_mib_s", sent)):
            rate = self._rate(key, value, seconds)
            if rate is not None:
                found[key] = rate / 2**20
        with open("/proc/self/io", encoding="ascii") as file:
            totals = dict(line.strip().split(": ") for line in file)
        for key, name in (("disk/read_mib_s", "read_bytes"), ("disk/written_mib_s", "write_bytes")):
            rate = self._rate(key, int(totals[name]), seconds)
            if rate is not None:
                found[key] = rate / 2**20

    def _disk(self, found: Record, _seconds: float) -> None:
        state = os.statvfs(self._folder)
        found["disk/free_gib"] = state.f_bavail * state.f_frsize / 2**30
        found["disk/util"] = 100 * (1 - state.f_bavail / state.f_blocks) if state.f_blocks else 0.0

    def _rapl(self) -> None:
        """Energy counters of CPU packages, where the kernel lets them be read; they wrap, and a step back is left out."""
        top = "/sys/class/powercap"
        try:
            names = [n for n in os.listdir(top) if re.match(r"intel-rapl:\d+$", n)]
            for name in names:
                with open(f"{top}/{name}/energy_uj", encoding="ascii") as file:
                    used = self._rate("rapl." + name, float(file.read()), 1.0)
                if used is not None:
                    self.energy_joules += used / 1e6
                    self.knows_power = True
        except (OSError, ValueError):
            return

    def _gpu(self, found: Record) -> None:
        fields = "index,utilization.gpu,memory.used,memory.total,power.draw,temperature.gpu"
        text = _ask([str(self._smi), f"--query-gpu={fields}", "--format=csv,noheader,nounits"], None, 10.0)
        if text is None:
            self._smi_failures += 1
            if self._smi_failures >= 3:
                self._smi = None
            return
        watts = 0.0
        for row in text.splitlines():
            cells = [cell.strip() for cell in row.split(",")]
            if len(cells) != 6:
                continue
            names = ("util", "memory_mib", "memory_total_mib", "power_w", "temperature_c")
            values = dict(zip(names, (_number(cell) for cell in cells[1:])))
            used, total = values["memory_mib"], values.pop("memory_total_mib")
            if used is not None and total:
                values["memory_util"] = 100 * used / total
            for name, value in values.items():
                if value is not None:
                    found[f"gpu/{cells[0]}/{name}"] = value
            watts += values["power_w"] or 0.0
            self.knows_power = self.knows_power or values["power_w"] is not None
        self._watts = watts


# ---------------------------------------------------------------- ranks and places


def rank() -> int:
    """This process's rank, 0 where nothing says otherwise: torch.distributed, Lightning, SLURM, Open MPI, MPICH, PMIx, LSF."""
    env = os.environ
    for name in ("RANK", "LOCAL_RANK", "OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", "MV2_COMM_WORLD_RANK", "JSM_NAMESPACE_RANK", "SLURM_PROCID"):
        text = env.get(name, "")
        if not text.isdigit():
            continue
        value = int(text)
        node = env.get("NODE_RANK", env.get("GROUP_RANK", ""))
        if name == "LOCAL_RANK" and node.isdigit():
            local = env.get("LOCAL_WORLD_SIZE", "")
            return int(node) * (int(local) if local.isdigit() else 1) + value
        return value
    return 0


_SEED_NAMES = ("seed", "random_seed", "random_state", "manual_seed", "global_seed")


def _seed_of(params: Mapping[str, Any]) -> Any:
    """The param that is named as a seed: at the top, else the only one that is there a level below."""
    top = [params[name] for name in _SEED_NAMES if params.get(name) is not None]
    if top:
        return top[0]
    groups = [dict(_pairs(value)) for value in params.values() if _is_mapping(value)]
    inner = [value for group in groups for value in [_seed_of_group(group)] if value is not None]
    return inner[0] if len(inner) == 1 else None


def _seed_of_group(group: Mapping[str, Any]) -> Any:
    found = (group[name] for name in _SEED_NAMES if isinstance(group.get(name), (int, str)) and not isinstance(group[name], bool))
    return next(found, None)


def _seed_in_force() -> Optional[int]:
    """The seed that Lightning or torch was given, where either of them is in use."""
    text = os.environ.get("PL_GLOBAL_SEED", "")
    if text.isdigit():
        return int(text)
    generator = getattr(sys.modules.get("torch"), "default_generator", None)
    ask = getattr(generator, "initial_seed", None)
    seed = ask() if callable(ask) else None
    return seed if isinstance(seed, int) and seed < 2**32 else None  # Unseeded, torch takes 64 random bits.


def _find_logs_folder(wanted: Optional[str]) -> str:
    """The folder of experiments. A relative one is looked for here and upwards to the git repository's top, else made there."""
    name = wanted or os.environ.get("RUNFOLIO_DIR") or "experiments"
    if os.path.isabs(name):
        return name
    here = os.getcwd()
    top = _repository(here)
    at = here
    while True:
        if os.path.isdir(os.path.join(at, name)):
            return os.path.join(at, name)
        above = os.path.dirname(at)
        if at == top or top is None or above == at:
            return os.path.join(top or here, name)
        at = above


def _fallback_folders() -> List[str]:
    import tempfile

    own = os.environ.get("RUNFOLIO_FALLBACK")
    user = str(os.getuid()) if hasattr(os, "getuid") else "user"
    folders = [own] if own else []
    folders.append(os.path.join(os.path.expanduser("~"), ".runfolio", "experiments"))
    folders.append(os.path.join(tempfile.gettempdir(), f"runfolio-{user}", "experiments"))
    return folders


def _random_token(length: int) -> str:
    alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(alphabet[byte % 36] for byte in os.urandom(length))


_RUN_ENDING = re.compile(r"\.(?:jsonl\.gz|jsonl|yaml)$")


def _find_log(runs: str, run_id: str) -> Optional[str]:
    """The log of a run that exists, in either place."""
    for path in (os.path.join(runs, run_id, "run.jsonl"), os.path.join(runs, run_id + ".jsonl")):
        if os.path.isfile(path):
            return path
    return None


def _claim(runs: str, wanted: str) -> Tuple[str, str, int]:
    """A run id that is free, its log and a descriptor. Uniqueness comes from O_EXCL; looking first only saves tries."""
    _make_folders(runs)
    taken = {_RUN_ENDING.sub("", name).lower() for name in os.listdir(runs)}
    number = 0
    while True:
        number += 1
        suffix = "" if number == 1 else f"-{number}" if number < 1000 else "-" + _random_token(8)
        run_id = wanted[: 100 - len(suffix)].rstrip(".-") + suffix
        if run_id.lower() in taken:
            continue
        path = os.path.join(runs, run_id + ".jsonl")
        try:
            fd = _open_log(path, os.O_EXCL)
        except FileExistsError:
            taken.add(run_id.lower())
            continue
        if os.path.isdir(os.path.join(runs, run_id)):  # Its owner has moved the log into a folder since we looked.
            os.close(fd)
            os.unlink(path)
            taken.add(run_id.lower())
            continue
        return run_id, path, fd


# ---------------------------------------------------------------- config and summary


class Config(MutableMapping[str, Any]):
    """A run's params, by item and by attribute. Values stay what they were; what is set later is logged at once."""

    def __init__(self, run: "Run", values: Dict[str, Any]) -> None:
        object.__setattr__(self, "_run", run)
        object.__setattr__(self, "_values", values)

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __delitem__(self, key: str) -> None:
        del self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(f"the run has no param {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self.update({name: value})

    def __repr__(self) -> str:
        return repr(self._values)

    def update(self, other: Any = (), /, allow_val_change: Any = None, **more: Any) -> None:
        """Adds or changes params: a mapping, a Namespace, a dataclass, or keywords. Logs what is new or has changed."""
        given = {**_top_level(other), **more}
        fresh = {key: value for key, value in given.items() if key not in self._values or not _same(self._values[key], value)}
        self._values.update(given)
        if fresh:
            self._run._log_params(fresh)

    def setdefaults(self, other: Any) -> None:
        """Adds the params that are not there yet."""
        self.update({key: value for key, value in _top_level(other).items() if key not in self._values})

    def as_dict(self) -> Dict[str, Any]:
        return dict(self._values)

    def get(self, key: str, default: Any = None) -> Any:
        return self._values.get(key, default)


def _same(a: Any, b: Any) -> bool:
    return _line({"v": plain(a)}) == _line({"v": plain(b)})


def _top_level(params: Any) -> Dict[str, Any]:
    """Params as a dict whose values are untouched. What is no mapping in any way is kept under ``value``."""
    if params is None or params == ():
        return {}
    if isinstance(params, Config):
        return params.as_dict()
    try:
        if _is_mapping(params):
            return dict(_pairs(params))
        fields = getattr(params, "__dataclass_fields__", None)
        if isinstance(fields, dict) and not isinstance(params, type):
            return {name: getattr(params, name, None) for name in fields}
        if _is(params, "argparse", "Namespace") or _is(params, "types", "SimpleNamespace"):
            return {_key_text(key): value for key, value in vars(params).items()}
        if isinstance(params, (list, tuple)) and all(isinstance(p, (list, tuple)) and len(p) == 2 for p in params):
            return {_key_text(key): value for key, value in params}
        known = plain(params)
    except Exception:  # noqa: BLE001
        known = f"<{_kind_name(params)}>"
    return known if isinstance(known, dict) else {"value": known}


class Summary(MutableMapping[str, Any]):
    """Final values by metric name, by item and by attribute. Reading falls back to the last value logged.

    What is set is logged at once at the current step, so that a killed run keeps it, and again in the ``end`` record.
    """

    def __init__(self, run: "Run") -> None:
        object.__setattr__(self, "_run", run)
        object.__setattr__(self, "_values", {})

    def __getitem__(self, key: str) -> Any:
        return self._values[key] if key in self._values else self._run._last[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __delitem__(self, key: str) -> None:
        self._values.pop(key, None)

    def __iter__(self) -> Iterator[str]:
        return iter({**self._run._last, **self._values})

    def __len__(self) -> int:
        return len({**self._run._last, **self._values})

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"the run has no value {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self.update({name: value})

    def __repr__(self) -> str:
        return repr(dict(self))

    def update(self, other: Any = (), /, **more: Any) -> None:
        self._run._set_summary({**_top_level(other), **more})


# ---------------------------------------------------------------- the run

_PLAIN_TYPES = frozenset((float, int, bool))
_ITEM_TYPES: Set[type] = {float, int, bool}  # … and those that gave a number by item() before: numpy.float32, torch.Tensor
_STEP_KEYS = ("step", "_step", "global_step")
_RESERVED = frozenset(("event", "time", "timestamp", "_timestamp", "wall_time", "date", *_STEP_KEYS))
_TIME_KEYS = ("_timestamp", "timestamp", "wall_time", "date")
_AFTERWARDS = frozenset(("note", "tag", "alert", "archive"))
_WORDS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


class Run:
    """One run that is being written. Made by `init`; safe to use from threads, from async code and after a fork.

    ``id`` and ``experiment`` are its names, ``path`` its log. ``config`` holds the params, ``summary`` the final values,
    ``step`` the step that the next ``log`` without one takes. ``disabled`` is true where nothing is written (another
    rank, ``mode="disabled"``). None of the methods raises.
    """

    def __init__(self, experiment: str, run_id: str, params: Dict[str, Any], log_file: Optional[_LogFile], runs: str) -> None:
        self.experiment = self.project = experiment
        self.id = run_id
        self.name: str = run_id
        self.group: Optional[str] = None
        self.tags: Tuple[str, ...] = ()
        self.notes: Optional[str] = None
        self.entity = self.url = None
        self.resumed = False
        self.disabled = log_file is None
        self.ended = False
        self.config = Config(self, params)
        self.summary = Summary(self)
        self._runs = runs
        self._file = log_file
        self._lock: Any = threading.RLock()
        self._pid = self._owner = os.getpid()
        self._fast = log_file is not None
        self._next_step = self._last_step = 0
        self._last: Dict[str, Any] = {}
        self._defined: Dict[str, str] = {}  # "val/*" → "max"
        self._told: Dict[str, float] = {}  # "val/acc/max" → 0.93
        self._sums: Dict[str, Tuple[float, int]] = {}  # of finite values, for means
        self._axes: Dict[str, str] = {}  # "val/*" → "epoch"
        self._start: Record = {}
        self._base = os.getcwd()
        self._captures: Set[str] = set()
        self._finishing = 0  # The thread that is writing the end.
        self._ended_by_signal = False
        self._passed_on = False  # Unpickled in a process of its own.
        self._signals: List[int] = []
        self._saved: Dict[Tuple[str, Optional[str]], Dict[str, Tuple[float, int]]] = {}
        self._readings: Optional[_Readings] = None
        self._stop_readings = threading.Event()
        self._token: Any = None
        self._skew = 0.0
        self._wall0 = _time()
        self._began = self._mono0 = _monotonic()
        self._from = self._until = 0.0
        self._second = -1
        self._prefix = ""

    # ---- time

    def _stamp(self) -> str:
        """Now, as ISO text with its closing quote. Under the lock. Never earlier by more than a second than the one before."""
        now = _time() + self._skew
        if not self._from <= now < self._until:
            now = self._tick(now)
        second = int(now)
        if second != self._second:
            self._second = second
            self._prefix = time.strftime("%Y-%m-%dT%H:%M:%S.", time.gmtime(second))
        return self._prefix + _MILLIS[int((now - second) * 1000)]

    def _tick(self, now: float) -> float:
        """A few times a second: holds the clock against the monotonic one, and looks whether the log is still there."""
        mono = _monotonic()
        expected = self._wall0 + (mono - self._mono0)
        if now < expected - 1.0:  # The clock was set back: go on from where we were.
            self._skew += expected - now
            now = expected
        elif now > expected + 1.0:  # Set forward, or the machine slept: follow, and first give back what was added.
            back = min(self._skew, now - expected)
            self._skew -= back
            now -= back
            self._wall0, self._mono0 = now, mono
        self._from, self._until = now, now + CHECK_SECONDS
        if self._file is not None and self._file.fd >= 0:
            self._file.check()
        return now

    def _now(self) -> str:
        return self._stamp()[:-1]

    # ---- writing

    def log(self, data: Mapping[str, Any], step: Optional[float] = None, commit: Optional[bool] = None, **_ignored: Any) -> None:
        """Writes values at a step; when it returns, a kill cannot lose them.

        Without ``step`` it is counted: each call takes the next one, ``commit=False`` stays at it. After a call with a step,
        the next one without takes the same, as in W&B. Nested mappings are flattened with ``/``. `Image`, `Table` and
        `Histogram` values, PIL images, matplotlib figures and arrays become records of their own kind.
        """
        given = data
        try:
            if (
                self._fast
                and type(data) is dict
                and data
                and (step is None or type(step) is int)
                and _RESERVED.isdisjoint(data)
                and (_PLAIN_TYPES.issuperset(map(type, data.values())) or _ITEM_TYPES.issuperset(map(type, data.values())))
            ):
                try:
                    if not _PLAIN_TYPES.issuperset(map(type, data.values())):
                        data = {key: value if type(value) in _PLAIN_TYPES else value.item() for key, value in data.items()}
                        if not _PLAIN_TYPES.issuperset(map(type, data.values())):
                            raise TypeError("no plain number")
                    body = _encode(data)
                except (TypeError, ValueError, RuntimeError):
                    self._log_slowly(given, step, commit)
                    return
                if os.getpid() != self._pid:
                    self._enter_child()
                with self._lock:
                    stamp = self._stamp()
                    if step is None:
                        step = self._next_step
                        if commit is not False:
                            self._next_step = step + 1
                    else:
                        self._next_step = step + 1 if commit else step
                    self._last_step = step
                    self._last.update(data)
                    self._file.append(  # type: ignore[union-attr]
                        f'{{"step":{step},"time":"{stamp},{body[1:]}\n'.encode("utf-8", "backslashreplace")
                    )
            else:
                self._log_slowly(data, step, commit)
        except Exception as error:  # noqa: BLE001 - training goes on, whatever happens here.
            self._trouble("log", error)
        if _deferred_signals:
            _deliver_deferred()

    def _log_slowly(self, data: Any, step: Any, commit: Optional[bool]) -> None:
        if self.disabled:
            return
        if not _is_mapping(data):
            self._warn_key("log", f"takes a mapping of names to values, not {_kind_name(data)}; nothing was written")
            return
        flat: Record = {}
        extras: List[Tuple[str, Any]] = []
        self._flatten("", data, flat, extras, 0)
        step = self._step_of(flat, step)
        with self._ready() as ready:
            if not ready:
                return
            if step is None:
                step = self._next_step
                if commit is not False:
                    self._next_step = step + 1
            else:
                self._next_step = step if not commit else step + 1
            self._last_step = step
            if flat:
                self._last.update(flat)
                self._note_summaries(flat)
                for at, own in self._by_axis(step, flat):
                    self._append_metrics(at, own)
            for name, value in extras:
                self._append_extra(name, value, step)

    def _step_of(self, flat: Record, step: Any) -> Optional[float]:
        """The step given, or the one that the values carry; that key is then no value."""
        if step is not None:
            number = _WORDS.get(step, step) if isinstance(step, str) else plain(step)
            if isinstance(number, bool) or not isinstance(number, (int, float)) or number - number != 0:
                self._warn_key("step", f"should be a number, found {str(number)[:40]!r}; a counted step is written")
                step = None
            else:
                step = number
        chosen: Optional[float] = step
        for name in _STEP_KEYS:
            own = flat.get(name)
            if isinstance(own, (int, float)) and not isinstance(own, bool) and own - own == 0:
                if chosen is None or own == chosen:
                    chosen = own
                    del flat[name]
                elif name == "step":
                    flat["step/logged"] = flat.pop(name)
            elif name in flat and name == "step":
                flat["step/logged"] = flat.pop(name)
        return chosen

    def _flatten(self, prefix: str, data: Any, flat: Record, extras: List[Tuple[str, Any]], depth: int) -> None:
        for key, value in _pairs(data):
            name = prefix + key
            kind = type(value)
            if kind is float or kind is int or kind is bool:
                flat[name] = plain(value)
            elif kind is str:
                flat[name] = redact_text(plain(value, name, self._warn_key))
            else:
                try:
                    self._flatten_object(name, value, flat, extras, depth)
                except Exception:  # noqa: BLE001 - asking someone's object what it is may raise anything.
                    flat[name] = plain(value, name, self._warn_key)

    def _flatten_object(self, name: str, value: Any, flat: Record, extras: List[Tuple[str, Any]], depth: int) -> None:
        if isinstance(value, (Image, Table, Histogram, Artifact)) or _is_picture(value):
            extras.append((name, value))
        elif isinstance(value, (list, tuple)) and value and all(isinstance(v, Image) or _is_picture(v) for v in value):
            extras.extend((f"{name}/{i}", v) for i, v in enumerate(value))
        elif isinstance(value, Mapping) or (_shape(value) is None and _is_mapping(value)):
            if depth < MAX_DEPTH:
                self._flatten(name + "/", value, flat, extras, depth + 1)
            else:
                self._warn_key(name, "is nested too deeply; what lies deeper is left out")
        else:
            shape = _shape(value)
            if shape is not None and _size(shape) > 1:
                extras.append((name, value))
            elif shape is None and getattr(value, "__dataclass_fields__", None) and not isinstance(value, type):
                self._flatten(name + "/", _top_level(value), flat, extras, depth + 1)
            else:
                found = flat[name] = redact(plain(value, name, self._warn_key), name)
                if shape is not None and type(found) in _PLAIN_TYPES and callable(getattr(value, "item", None)) and len(_ITEM_TYPES) < 50:
                    _ITEM_TYPES.add(type(value))

    def _append_metrics(self, step: Any, flat: Record) -> None:
        stamp = self._stamp()[:-1]
        record: Record = {"step": step, "time": stamp}
        if "event" in flat and isinstance(flat["event"], str):
            flat["event/text"] = flat.pop("event")
        if "time" in flat:
            own = flat.pop("time")
            if isinstance(own, str):
                flat["time/text"] = own
            else:  # A duration under the name of the clock: it keeps its name, and the clock takes its other one.
                record = {"step": step, "time": own}
                if not any(key in flat for key in _TIME_KEYS):
                    record["_timestamp"] = stamp
        for key, value in flat.items():
            record[key if key != "step" else "step/logged"] = value
        self._append(record)

    def _append_extra(self, name: str, value: Any, step: Any) -> None:
        try:
            if isinstance(value, Table):
                self._append_table(name, value, step)
            elif isinstance(value, Histogram):
                self._append(value._record(name, step, self._now()))
            elif isinstance(value, Artifact):
                self._append_artifact(value, step)
            elif isinstance(value, Image) or _is_picture(value):
                image = value if isinstance(value, Image) else Image(value)
                ending, content = image._content()
                more = {} if image.caption is None else {"caption": redact_text(image.caption)}
                self._append_file(f"media/{name}-{_step_text(step)}{ending}", content, name, "image", step, more)
            else:
                self._append(Histogram(value)._record(name, step, self._now()))
        except Exception as error:  # noqa: BLE001
            self._warn_key(name, f"could not be written ({type(error).__name__}: {str(error)[:200]})")

    def _append_table(self, name: str, table: Table, step: Any) -> None:
        rows: List[List[Json]] = []
        for i, row in enumerate(table.data[:MAX_ITEMS]):
            cells: List[Json] = []
            for j, cell in enumerate(row):
                if isinstance(cell, Image) or _is_picture(cell):
                    image = cell if isinstance(cell, Image) else Image(cell)
                    ending, content = image._content()
                    more = {} if image.caption is None else {"caption": redact_text(image.caption)}
                    place = f"media/{name}-{_step_text(step)}-{i}-{j}{ending}"
                    cells.append(self._append_file(place, content, f"{name}/{i}/{j}", "image", step, more))
                else:
                    place = f"{name}/{table.columns[j] if j < len(table.columns) else j}"
                    cells.append(redact(plain(cell, place, self._warn_key), place))
            rows.append(cells)
        if len(table.data) > MAX_ITEMS:
            self._warn_key(name, f"has {len(table.data)} rows; the first {MAX_ITEMS} are kept")
        record: Record = {"event": "table", "name": name, "step": step, "time": self._now()}
        if table.kind:
            record["kind"] = table.kind
        self._append({**record, "columns": list(table.columns), "rows": rows})

    def _ready(self, again: bool = True) -> "_Ready":
        return _Ready(self, again)

    def _append(self, record: Record, must: bool = False) -> None:
        """Writes a record of plain values. Under the lock."""
        line = _line(record)
        if len(line) > MAX_LINE_BYTES:
            name = str(record.get("name", record.get("event", "a metric record")))[:100]
            self._warn_key(name, f"is a record of {len(line) // 2**20} MiB, more than a line may have; it is left out")
            text = f'A record "{name}" of {len(line)} bytes was left out: a line has at most {MAX_LINE_BYTES}.'
            line = _line({"event": "log", "time": self._now(), "level": "warning", "message": text})
        self._file.append(line, must)  # type: ignore[union-attr]

    def _emit(self, record: Record, must: bool = False) -> None:
        """Writes a record of any values, from any thread. What is said about an ended run does not begin it again."""
        try:
            with self._ready(again=record["event"] not in _AFTERWARDS) as ready:
                if self.ended and not self.disabled and record["event"] in _AFTERWARDS:
                    self._append_after_end(record)
                elif ready:
                    self._append(record, must)
        except Exception as error:  # noqa: BLE001
            self._trouble(str(record.get("event", "log")), error)
        if _deferred_signals:
            _deliver_deferred()

    def _append_after_end(self, record: Record) -> None:
        path = self._file.path  # type: ignore[union-attr]
        fd = os.open(path, os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
        try:
            _write(fd, _newline_if_torn(fd) + _line(record))
        finally:
            os.close(fd)

    def _enter_child(self) -> None:
        """The first use after a fork: a lock and a descriptor of our own; the parent keeps its queue and writes the end."""
        parent = self._pid
        self._pid = os.getpid()
        self._lock = threading.RLock()
        if self._file is None:
            return
        self._file.acquire_in_child(self._lock)
        self._file.path = _find_log(self._runs, self.id) or self._file.path
        self._file.open_in_child()
        with self._lock:
            text = f"Process {self._pid}, {'given the run by' if self._passed_on else 'forked from'} process {parent}, writes to this log too."
            self._append({"event": "log", "time": self._now(), "level": "info", "message": text})

    def _trouble(self, what: str, error: BaseException) -> None:
        _warn(f"{what} failed inside runfolio ({_kind_name(error)}: {str(error)[:300]}); training goes on", once=f"{what} {type(error)}")

    def _warn_key(self, key: str, text: str) -> None:
        """One warning a key and run, on stderr."""
        _warn(f'"{key[:100]}" {text}.', once=f"{id(self)} {key} {text[:20]}")

    # ---- other records

    def _log_params(self, params: Dict[str, Any]) -> None:
        values = redact(plain(params, "", self._warn_key))
        self._emit({"event": "params", "time": _iso(_time() + self._skew), "params": values})

    def _set_summary(self, values: Dict[str, Any]) -> None:
        try:
            flat: Record = {}
            extras: List[Tuple[str, Any]] = []
            self._flatten("", values, flat, extras, 0)
            self.summary._values.update(flat)
            with self._ready() as ready:
                if ready and flat:
                    self._append_metrics(self._last_step, dict(flat))
                for name, value in extras if ready else ():
                    self._append_extra(name, value, self._last_step)
        except Exception as error:  # noqa: BLE001
            self._trouble("summary", error)

    def message(self, text: Any, level: str = "info") -> None:
        """Keeps a line of text, with a level such as ``info``, ``warning`` or ``error``."""
        self._emit({"event": "log", "time": self._clock(), "level": str(level).lower(), "message": _safe_text(text)})

    def note(self, text: Any) -> None:
        """Says something about the run, in Markdown; after its end as well."""
        self._emit({"event": "note", "time": self._clock(), "text": _safe_text(text)})

    def tag(self, add: Any = (), remove: Any = ()) -> None:
        """Adds and removes labels: one text or many; after the run's end as well."""
        record: Record = {"event": "tag", "time": self._clock()}
        for key, value in (("add", add), ("remove", remove)):
            labels = _labels(value)
            if labels:
                record[key] = labels
        if len(record) > 2:
            self.tags = tuple(t for t in (*self.tags, *record.get("add", ())) if t not in record.get("remove", ()))
            self._emit(record)

    def archive(self, reason: Any = "", archived: bool = True) -> None:
        """Puts the run out of the lists, or back with ``archived=False``; after its end as well."""
        record: Record = {"event": "archive", "time": self._clock(), "archived": bool(archived)}
        if reason:
            record["reason"] = _safe_text(reason)
        self._emit(record)

    def alert(self, title: Any, text: Any = "", level: Any = "info", wait_duration: Any = None) -> None:
        """Something a person should see. Levels: ``info``, ``warn``, ``error``."""
        word = str(getattr(level, "value", level)).lower()
        record = {"event": "alert", "time": self._clock(), "level": word, "title": _safe_text(title), "text": _safe_text(text)}
        self._emit(record)

    def define_metric(self, name: str, step_metric: Any = None, summary: Optional[str] = None, goal: Optional[str] = None, **_ignored: Any) -> str:
        """What a metric is drawn over, and which of its values the end record tells. Gives the name back.

        ``name`` may end in ``*``. With ``step_metric`` values stand at the last value of that metric, in lines of their own that
        keep the counted step as ``_step``. ``summary`` takes ``min``, ``max``, ``mean``, ``first`` and ``best`` (by ``goal``), or
        several with commas: the end record then has ``NAME/min`` and so on as well; the last value is always the summary.
        """
        wanted = {word.strip() for word in str(summary or "").split(",")}
        if "best" in wanted:
            wanted.add("min" if str(goal or "").startswith("min") else "max")
        chosen = [word for word in ("min", "max", "mean", "first") if word in wanted]
        if chosen:
            self._defined[str(name)] = " ".join(chosen)
        if step_metric is not None:
            self._axes[str(name)] = str(step_metric)
        if chosen or step_metric is not None:
            self._fast = False
        elif goal is not None:
            _tell_once("define_metric: goals belong into experiment.yaml.")
        return str(name)

    def _note_summaries(self, flat: Record) -> None:
        if not self._defined:
            return
        for name, value in flat.items():
            if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
                continue
            for pattern, words in self._defined.items():
                if _matches(pattern, name):
                    for word in words.split():
                        self._note_summary(name, word, value)

    def _note_summary(self, name: str, word: str, value: float) -> None:
        key = f"{name}/{word}"
        known = self._told.get(key)
        if word == "mean":
            if abs(value) == float("inf"):
                return
            total, count = self._sums.get(name, (0.0, 0))
            total, count = self._sums[name] = (total + value, count + 1)
            self._told[key] = total / count
        elif known is None or (word == "min" and value < known) or (word == "max" and value > known):
            self._told[key] = value

    def _by_axis(self, step: Any, flat: Record) -> List[Tuple[Any, Record]]:
        """The values of a call by the step that they stand at: those counted first, then a group for each ``step_metric``."""
        if not self._axes:
            return [(step, flat)]
        groups: Dict[Optional[str], Record] = {None: {}}
        for name, value in flat.items():
            axis = self._axes.get(name) or next((a for p, a in self._axes.items() if _matches(p, name)), None)
            at = None if axis is None or axis == name else self._last.get(axis)
            known = isinstance(at, (int, float)) and not isinstance(at, bool) and at - at == 0
            groups.setdefault(axis if known else None, {})[name] = value
        return [(step, own) if axis is None else (self._last[axis], {"_step": step, **own}) for axis, own in groups.items() if own]

    def watch(self, *_models: Any, **_ignored: Any) -> None:
        """Does nothing: gradients are not watched. Log `Histogram` values where you want them."""
        _tell_once("watch does nothing: log runfolio.Histogram(values) for the weights or gradients that matter.")

    unwatch = watch

    # ---- files

    def log_artifact(
        self,
        artifact: Any,
        name: Optional[str] = None,
        type: Optional[str] = None,
        *,
        kind: Optional[str] = None,
        caption: Optional[str] = None,
        step: Optional[float] = None,
        **_ignored: Any,
    ) -> None:
        """Copies a file or a folder beside the log, or keeps an http(s) address. Files over 50 MiB stay where they are.

        A file in `dir` is beside the log already, and kept as it is there.
        """
        try:
            with self._ready() as ready:
                if not ready:
                    return
                if isinstance(artifact, Artifact):
                    self._append_artifact(artifact, step)
                    return
                text = os.fspath(artifact)
                if re.match(r"https?://", text, re.I):
                    self._append_link(text, name, kind or type, step, caption)
                    return
                bundle = Artifact(name or os.path.basename(os.path.normpath(text)), kind or type or "file")
                bundle.description = caption
                if os.path.isdir(text):
                    bundle.add_dir(text)
                else:
                    bundle.add_file(text)
                self._append_artifact(bundle, step)
        except Exception as error:  # noqa: BLE001
            self._warn_key(str(name or artifact)[:100], f"could not be kept ({type_name(error)}: {str(error)[:200]})")

    def _append_artifact(self, bundle: Artifact, step: Any) -> None:
        folder = clean_id(bundle.name)
        lone = len(bundle._files) == 1
        for source, inner in bundle._files:
            inside = inner or os.path.basename(source)
            kind = _KIND_BY_TYPE.get(bundle.type) or (bundle.type if bundle.type in _KIND_BY_ENDING else _guess_kind(inside))
            name = bundle.name if lone else f"{bundle.name}/{inside}"
            more = {} if not bundle.description else {"caption": redact_text(bundle.description)}
            place = f"files/{inside}" if lone else f"files/{folder}/{inside}"
            self._append_copy(place, source, name, kind, step, more)
        for uri, inner in bundle._links:
            self._append_link(uri, inner or bundle.name, _KIND_BY_TYPE.get(bundle.type), step, bundle.description)

    def _append_link(self, uri: str, name: Optional[str], kind: Optional[str], step: Any, caption: Optional[str]) -> None:
        if not re.match(r"https?://\S+$", uri, re.I):
            self._append({"event": "log", "time": self._now(), "level": "info", "message": redact_text(f"artifact: {uri}")})
            return
        record: Record = {"event": "artifact", "url": _ADDRESS_USER.sub(r"\1", redact_text(uri)), "name": name or uri}
        if kind in (*_KIND_BY_ENDING, "file"):
            record["kind"] = kind
        if step is not None:
            record["step"] = plain(step)
        if caption:
            record["caption"] = redact_text(caption)
        self._append({**record, "time": self._now()})

    def _append_copy(self, place: str, source: str, name: str, kind: str, step: Any, more: Record) -> None:
        size = os.path.getsize(source)
        if size > MAX_FILE_BYTES:
            self._warn_key(name, f"is {size // 2**20} MiB; files over {MAX_FILE_BYTES // 2**20} MiB are not kept beside the log")
            text = f"The file {os.path.basename(source)} of {size} bytes was not kept: it is over {MAX_FILE_BYTES} bytes."
            self._append({"event": "log", "time": self._now(), "level": "warning", "message": text})
            return
        inside = self._path_inside(source)
        if inside is not None and inside == os.path.basename(self._file.path):  # type: ignore[union-attr]
            self._warn_key(name, "is the log of this run, which is there already")
            return
        with open(source, "rb") as file:
            content = file.read()
        if inside is not None:
            self._append_artifact_record(inside, content, name, kind, step, more)
        else:
            self._append_file(place, content, name, kind, step, more)

    def _path_inside(self, source: str) -> Optional[str]:
        """The path of a file below the run's folder already, as a record may name it; None elsewhere."""
        folder = os.path.dirname(self._file.path)  # type: ignore[union-attr]
        if folder == self._runs or not _is_inside(source, folder):
            return None
        inside = os.path.relpath(os.path.realpath(source), os.path.realpath(folder)).replace(os.sep, "/")
        return inside if all(part == clean_id(part) for part in inside.split("/")) else None

    def _append_artifact_record(self, path: str, content: bytes, name: str, kind: str, step: Any, more: Record) -> None:
        import hashlib

        record: Record = {"event": "artifact", "path": path, "name": redact_text(name), "kind": kind}
        if step is not None:
            record["step"] = plain(step)
        record.update(more)
        record.update(bytes=len(content), sha256=hashlib.sha256(content).hexdigest(), time=self._now())
        self._append(record)

    def _append_file(self, place: str, content: bytes, name: str, kind: str, step: Any, more: Record) -> str:
        """Writes a file below the run's folder, whole or not at all, then its record. Gives the path in the record."""
        folder = self._keep_folder()
        stem, ending = os.path.splitext(place)
        parts = [clean_id(part) for part in stem.split("/")]
        if parts[-1] == "run" and os.path.basename(stem) not in ("run", ""):
            parts[-1] = "file"
        ending = re.sub(r"[^A-Za-z0-9.]", "", ending)
        relative, number = "/".join(parts) + ending, 1
        while os.path.exists(os.path.join(folder, relative)):
            number += 1
            relative = "/".join(parts) + f"-{number}{ending}"
        path = os.path.join(folder, *relative.split("/"))
        _make_folders(os.path.dirname(path))
        part = f"{path}.{os.getpid()}.part"
        try:
            with open(part, "wb") as file:
                file.write(content)
            os.replace(part, path)
        except OSError:
            try:
                os.unlink(part)
            except OSError:
                pass
            raise
        self._append_artifact_record(relative, content, name, kind, step, more)
        return relative

    def _keep_folder(self) -> str:
        """The run's folder. The first file that a run keeps makes it: the log moves there by one rename, open as it is."""
        file = self._file
        assert file is not None
        if os.path.dirname(file.path) != self._runs:
            return os.path.dirname(file.path)
        folder = os.path.join(self._runs, self.id)
        _make_folders(folder)
        target = os.path.join(folder, "run.jsonl")
        try:
            if os.path.exists(target):
                file.path = target  # A forked process has moved it before us.
            else:
                file.move_to(target)
        except OSError:
            if not os.path.exists(target):
                raise
            file.path = target
        return folder

    def save(self, glob_str: Any = None, base_path: Any = None, policy: str = "live", **_ignored: Any) -> None:
        """Copies files beside the log, now and, where they have changed or come later, when the run ends."""
        if glob_str is None:
            return
        try:
            key = (os.fspath(glob_str), None if base_path is None else os.fspath(base_path))
            if isinstance(key[0], bytes):
                key = (os.fsdecode(key[0]), key[1])
            self._saved.setdefault(key, {})
            with self._ready() as ready:
                if ready:
                    self._save_new(key)
        except Exception as error:  # noqa: BLE001
            self._trouble("save", error)

    def _save_new(self, key: Tuple[str, Optional[str]]) -> None:
        import glob

        pattern, base = key
        known = self._saved[key]
        for path in sorted(glob.glob(pattern)):
            if not os.path.isfile(path):
                continue
            state = os.stat(path)
            mark = (state.st_mtime, state.st_size)
            if known.get(path) == mark:
                continue
            known[path] = mark
            inner = os.path.relpath(path, base).replace(os.sep, "/") if base else os.path.basename(path)
            inner = "/".join(p for p in inner.split("/") if p not in ("..", "."))
            self._append_copy(f"files/{inner}", path, inner, _guess_kind(path), None, {})

    # ---- machine readings

    def _start_readings(self, interval: float) -> None:
        self._readings = _Readings("gpu" in self._captures, self._runs)
        stop = self._stop_readings

        def keep_reading() -> None:
            pause = min(interval, 5.0)
            while not stop.wait(pause):
                pause = interval
                self._read_machine()

        try:
            threading.Thread(target=keep_reading, name="runfolio-system", daemon=True).start()
        except RuntimeError:
            self._readings = None

    def _read_machine(self, gpu: bool = True) -> None:
        readings = self._readings
        if readings is None or self._pid != os.getpid():
            return
        try:
            found = readings.read(gpu)
            if found:
                # A reading that comes late is no reason to begin an ended run again.
                with self._ready(again=False) as ready:
                    if ready:
                        self._append({"event": "system", "time": self._now(), **found})
        except Exception as error:  # noqa: BLE001
            self._trouble("system readings", error)

    # ---- the end

    def finish(
        self,
        exit_code: Optional[int] = None,
        status: Optional[str] = None,
        error: Any = None,
        metrics: Optional[Mapping[str, Any]] = None,
        quiet: Any = None,
        _drain_seconds: float = DRAIN_SECONDS,
    ) -> None:
        """Writes the ``end`` record, syncs and closes. Calling it again does nothing.

        ``status`` is ``finished``, ``failed`` or ``killed``. Without it: ``killed`` when SIGTERM or SIGINT came, ``failed`` with an
        error or an exit code other than 0, else ``finished``. ``metrics`` are final values that win in the summary.
        """
        if self.disabled or self.ended:
            self.ended = True
            _leave(self)
            return
        if os.getpid() != self._owner:
            return  # A forked process leaves the end to the one that began the run.
        try:
            self._finishing = threading.get_ident()
            self._stop_readings.set()
            if self._readings is not None and _monotonic() - self._began > 1.0:
                self._read_machine(gpu=False)
            with self._lock:
                if not self.ended:
                    self._write_end(exit_code, status, error, metrics, _drain_seconds)
        except Exception as trouble:  # noqa: BLE001
            self._trouble("finish", trouble)
        finally:
            self._finishing = 0
            _leave(self)
        if _deferred_signals:
            _deliver_deferred()

    def _write_end(self, exit_code: Optional[int], status: Optional[str], error: Any, metrics: Any, drain: float) -> None:
        for key in list(self._saved):
            try:
                self._save_new(key)
            except OSError as trouble:
                self._warn_key(key[0], f"could not be kept ({trouble})")
        if status is None:
            status = "killed" if self._signals else "failed" if error is not None or exit_code else "finished"
        if status not in ("finished", "failed", "killed"):
            self._warn_key("status", f'is "finished", "failed" or "killed", not {status!r}; "failed" is written')
            status = "failed"
        if exit_code is None and status == "finished":
            exit_code = 0
        elif exit_code is None and status == "killed" and self._signals:
            exit_code = 128 + self._signals[-1]
        elif exit_code is None and status == "failed":
            exit_code = 1
        record: Record = {"event": "end", "status": status, "time": self._now()}
        final = dict(self.summary._values)
        final.update(self._told)
        if metrics is not None:
            final.update(redact(plain(_top_level(metrics), "", self._warn_key)))
        if final:
            record["metrics"] = final
        if exit_code is not None and "exit" in self._captures:
            record["exit_code"] = int(exit_code)
        if error is not None and "error" in self._captures:
            record["error"] = _error_record(error, self._base) if isinstance(error, BaseException) else _safe_text(error)
        record["elapsed"] = round(_monotonic() - self._began, 3)
        readings = self._readings
        if readings is not None and readings.knows_power and "energy" in self._captures:
            record["energy_kwh"] = float(f"{readings.energy_joules / 3.6e6:.6g}")
        file = self._file
        assert file is not None
        if file.dropped:
            record["dropped"] = file.dropped
        self._append(record, must=True)
        self.ended = True
        self._fast = False
        file.close(drain)

    def mark_preempting(self) -> None:
        """Notes that the job is about to be preempted; its next start with the same id resumes it."""
        self.message("The job is being preempted.", "warning")

    def _begin_again(self) -> bool:
        """Values after the end: the run goes on with a resumed start. Not after a signal."""
        if self._ended_by_signal or self._file is None:
            return False
        fd = _open_log(self._file.path)
        _lock_file(fd)
        self._file.fd = fd
        self._file._remember()
        self.ended = False
        self._fast = not self._defined
        self._signals = []
        self._append(self._start_record(True), must=True)
        _enter(self)
        return True

    def _start_record(self, resumed: bool, when: Optional[str] = None) -> Record:
        rest = {k: v for k, v in self._start.items() if k not in ("event", "time", "resumed")}
        head: Record = {"event": "start", "time": when or self._now()}
        if resumed:
            head["resumed"] = True
        return {**head, **rest}

    def _clock(self) -> str:
        return _iso(_time() + self._skew)

    @property
    def step(self) -> int:
        return self._next_step

    @property
    def path(self) -> Optional[str]:
        """The log's path now; it moves when the run keeps its first file."""
        return None if self._file is None else self._file.path

    @property
    def dir(self) -> str:
        """The folder for files of the run. Asking for it makes it."""
        if self._file is None:
            return self._runs
        try:
            with self._lock:
                return self._keep_folder()
        except OSError:
            return os.path.dirname(self._file.path)

    def __enter__(self) -> "Run":
        self._token = (_current_run.set(self), self._token)
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: "Optional[TracebackType]"
    ) -> None:
        if self._token is not None:
            token, self._token = self._token
            try:
                _current_run.reset(token)
            except ValueError:  # Entered in another context, as async code may.
                _current_run.set(None)
        self._finish_with(error)

    def _finish_with(self, error: Optional[BaseException]) -> None:
        if error is None:
            self.finish()
        elif isinstance(error, SystemExit):
            code, text = _exit_code(error.code)
            self.finish(exit_code=code, error=text)
        elif isinstance(error, KeyboardInterrupt):
            self.finish(exit_code=130, status="killed")
        elif isinstance(error, GeneratorExit):
            self.finish()
        else:
            self.finish(exit_code=1, status="failed", error=error)

    def __copy__(self) -> "Run":
        return self

    def __deepcopy__(self, _known: Any) -> "Run":
        return self

    def __reduce__(self) -> Tuple[Any, ...]:
        """Pickled, as for a worker process that is spawned, it writes to the same log there and leaves the end to its owner."""
        if self._file is None:
            return Run, (self.experiment, self.id, plain(self.config.as_dict()), None, self._runs)
        about = {name: getattr(self, name) for name in _PASSED_ON}
        return _pass_on, (self.experiment, self.id, plain(self.config.as_dict()), self._runs, self._file.path, self._file._bound, about)

    def __repr__(self) -> str:
        return f"<runfolio.Run {self.experiment}/{self.id}{' (disabled)' if self.disabled else ''}>"


_PASSED_ON = (
    "name", "group", "tags", "notes", "resumed", "ended", "_owner", "_fast", "_next_step", "_last_step", "_defined", "_axes", "_last",
    "_start", "_base", "_captures",
)  # fmt: skip


def _pass_on(experiment: str, run_id: str, values: Dict[str, Any], runs: str, path: str, bound: int, about: Dict[str, Any]) -> Run:
    """A run that was pickled: itself where it lives, elsewhere one that writes to its log when it is first used."""
    for own in _open_runs:
        if own.id == run_id and own._runs == runs and own._owner == about["_owner"]:
            return own
    run = _make_run(experiment, run_id, values, runs, path, -1, False, bound)
    for name, value in about.items():
        setattr(run, name, value)
    run._pid, run._passed_on = run._owner, True
    if run._owner == os.getpid():
        run.ended = True
    return run


class _Ready:
    """The run's lock, taken in the right process. Gives False where nothing may be written any more."""

    __slots__ = ("run", "lock", "again")

    def __init__(self, run: Run, again: bool = True) -> None:
        self.run = run
        self.again = again

    def __enter__(self) -> bool:
        run = self.run
        if os.getpid() != run._pid:
            run._enter_child()
        self.lock = run._lock
        self.lock.acquire()
        try:
            if run.disabled:
                return False
            if run.ended and os.getpid() != run._owner:
                return False
            return not run.ended or (self.again and run._begin_again())
        except OSError as error:
            _warn(f"{run!r} has ended and cannot be opened again: {error}", once=f"{id(run)} again")
            return False

    def __exit__(self, *_error: Any) -> None:
        self.lock.release()


def type_name(value: Any) -> str:
    return type(value).__name__


def _step_text(step: Any) -> str:
    return str(step).replace(".", "_")


def _safe_text(value: Any) -> str:
    text = value if isinstance(value, str) else plain(value)
    return redact_text(text if isinstance(text, str) else json.dumps(text, ensure_ascii=False))


def _matches(pattern: str, name: str) -> bool:
    """Whether a metric's name is the pattern, or begins as one that ends in ``*`` does."""
    return pattern == name or (pattern.endswith("*") and name.startswith(pattern[:-1]))


def _labels(value: Any) -> List[str]:
    items = [value] if isinstance(value, (str, bytes)) or not isinstance(value, Iterable) else list(value)
    return [label for label in (_safe_text(item) for item in items if item is not None) if label]


def _tell_once(text: str) -> None:
    if text not in _said:
        _said.add(text)
        _tell(text)


# ---------------------------------------------------------------- init

from contextvars import ContextVar  # noqa: E402

_current_run: "ContextVar[Optional[Run]]" = ContextVar("runfolio_run", default=None)
_latest_run: Optional[Run] = None
_claims: Dict[str, int] = {}  # "vision/cifar10/train-j4711" → how often this process asked for it
_KNOWN_ELSEWHERE = frozenset(
    (
        "settings", "sync_tensorboard", "save_code", "anonymous", "monitor_gym", "magic", "config_exclude_keys", "config_include_keys",
        "allow_val_change", "force", "tensorboard", "fork_from", "resume_from",
    )
)  # fmt: skip


def init(
    experiment: Optional[str] = None,
    params: Any = None,
    *,
    name: Optional[str] = None,
    tags: Any = None,
    notes: Optional[str] = None,
    group: Optional[str] = None,
    seed: Any = None,
    dir: Any = None,
    id: Optional[str] = None,
    resume: Any = None,
    job: Optional[str] = None,
    parent: Optional[str] = None,
    ranks: str = "zero",
    capture: Any = None,
    system_interval: float = 15.0,
    buffer_bytes: int = BUFFER_BYTES,
    signals: bool = True,
    mode: Optional[str] = None,
    project: Optional[str] = None,
    entity: Optional[str] = None,
    config: Any = None,
    job_type: Optional[str] = None,
    reinit: Any = None,
    **ignored: Any,
) -> Run:
    """Begins a run and writes its ``start`` record.

    Args:
        experiment: its id, which may nest (``vision/cifar10``). Default: RUNFOLIO_EXPERIMENT, else the script's name.
            ``project`` is another name for it.
        params: inputs fixed before training: a mapping, Namespace, dataclass, OmegaConf … ``config`` is another name.
        name: what is shown; also what the id is made of. tags, notes (Markdown), group, job: as they say.
        seed: default: a param named ``seed``, ``random_seed``, ``random_state`` …, else what Lightning or torch was seeded with.
        parent: the run that this one belongs to, ``EXPERIMENT/RUN``. Default: RUNFOLIO_RUN, which ``runfolio run`` sets.
        dir: the folder of experiments, ``experiments`` by default, looked for here and upwards in the git repository.
        id: the run's id. One that is taken gets ``-2``, ``-3`` …, unless ``resume`` says to go on with it.
        resume: ``"allow"``, ``"auto"`` or True go on with the run of that id if there is one; ``"must"`` raises LookupError if
            there is none; None and ``"never"`` begin anew. A SLURM job that was requeued goes on by itself.
        ranks: ``"zero"`` writes from rank 0 only; ``"own"`` gives each rank its own ``rankN.jsonl`` in the run (give an ``id``);
            ``"all"`` a run of its own.
        capture: True, False, names of `CAPTURES` to take, or a mapping of names to on or off.
        system_interval: seconds between machine readings; 0 for none.
        buffer_bytes: how much waits in memory while the disk refuses.
        signals: whether SIGTERM, SIGINT, ``sys.exit`` and exceptions are watched to write the ``end`` record.
        mode: ``"disabled"`` writes nothing. ``entity``, ``reinit`` and further W&B arguments are taken; ``reinit=True`` finishes
            the current run.

    Raises:
        LookupError: ``resume="must"`` and there is no such run. ValueError: an unknown value of ``ranks`` or ``mode``.
    """
    global _latest_run
    if ranks not in ("zero", "own", "all"):
        raise ValueError(f'ranks is "zero", "own" or "all", not {ranks!r}')
    mode = mode or os.environ.get("RUNFOLIO_MODE") or "online"
    if mode not in ("online", "offline", "disabled", "dryrun", "shared", "run"):
        raise ValueError(f'mode is "online" or "disabled", not {mode!r}')
    for key in sorted(set(ignored) - _KNOWN_ELSEWHERE):
        _warn(f'init takes no "{key}"; it is ignored.', once=f"init {key}")
    if reinit in (True, "finish_previous") and _latest_run is not None:
        _latest_run.finish()
    script = _script()
    default = os.path.splitext(os.path.basename(script))[0] if script else "notebook" if "ipykernel" in sys.modules else "default"
    own_experiment = _experiment_id(str(experiment or project or os.environ.get("RUNFOLIO_EXPERIMENT") or default))
    values = {**_top_level(config), **_top_level(params)}
    own_rank = rank()
    resume = resume if resume is not None else os.environ.get("RUNFOLIO_RESUME") or None
    if resume not in _RESUME_WORDS:
        _warn(f'resume is "allow", "auto", "must", "never" or True, not "{str(resume)[:40]}": a new run is begun.', once="resume")
    logs = _find_logs_folder(None if dir is None else os.fspath(dir))
    if mode == "disabled" or (own_rank > 0 and ranks == "zero"):
        run = Run(own_experiment, id or "", values, None, logs)
        run.name = name or run.id
        _latest_run = run
        return run
    captures = _choose_captures(capture)
    name = redact_text(str(name)) if name else None
    wanted, given, restarted = _wanted_id(own_experiment, id, name, ranks)
    if ranks == "own" and not given and not restarted:
        _warn('ranks="own" needs an id that all ranks share; each rank gets a run of its own.', once="ranks own")
        ranks = "all"
    if resume == "must" and _find_log(os.path.join(logs, own_experiment, "runs"), wanted) is None:
        raise LookupError(f"there is no run {own_experiment}/{wanted} to resume in {_shown(logs)}")
    goes_on = resume in (True, "allow", "auto", "must", "True", "true", "1") and (given or resume != "never")
    run = _open_run(logs, own_experiment, wanted, values, goes_on or restarted, own_rank if ranks == "own" else None, buffer_bytes)
    run._captures = captures
    run.name = name or run.id
    run.group = group
    run.tags = tuple(_labels(tags or ()))
    run.notes = notes
    if own_rank and ranks == "all" and group is None:
        run.group = wanted
    above = os.environ.get("RUNFOLIO_RUN")
    if parent is None and above and above != f"{own_experiment}/{run.id}":
        parent = above
    try:
        _write_start(run, seed=seed, job=job or job_type, parent=parent, logs=logs, rank_of_segment=own_rank if ranks == "own" else None)
        if "system" in captures and system_interval > 0 and run._file is not None:
            run._start_readings(float(system_interval))
    except Exception as error:  # noqa: BLE001
        run._trouble("init", error)
    _enter(run, signals)
    _latest_run = run
    return run


_RESUME_WORDS = (None, True, False, "allow", "auto", "must", "never", "True", "true", "1", "False", "false", "0")


def _wanted_id(experiment: str, given: Optional[str], name: Optional[str], ranks: str) -> Tuple[str, bool, bool]:
    """The id to ask for, whether it was given by someone, and whether a requeued SLURM job names a run that exists."""
    given = given or os.environ.get("RUNFOLIO_RUN_ID") or None
    if given is None and ranks == "own":
        shared = os.environ.get("TORCHELASTIC_RUN_ID")
        given = shared if shared and shared != "none" else _slurm_job()
    if given is not None:
        asked, cleaned = str(given), clean_id(str(given))
        if cleaned != asked:
            _warn(f'"{asked[:100]}" cannot be the id of a run; it is written as "{cleaned}".', once=f"id {asked}")
        return cleaned, True, False
    job = _slurm_job()
    if job is None:
        if name:
            return clean_id(name), False, False
        return time.strftime("%Y%m%d-%H%M%S-", time.gmtime(_time())) + _random_token(4), False, False
    wanted = clean_id(f"{name or experiment.rsplit('/', 1)[-1]}"[:80] + f"-j{job}")
    place = f"{experiment}/{wanted}"
    count = _claims[place] = _claims.get(place, 0) + 1
    if os.environ.get("SLURM_RESTART_COUNT", "0") in ("", "0"):
        return wanted, False, False
    return (wanted if count == 1 else f"{wanted}-{count}"), False, True


def _open_run(
    logs: str, experiment: str, wanted: str, values: Dict[str, Any], goes_on: bool, segment: Optional[int], buffer_bytes: int
) -> Run:
    """The run with its log open: where it belongs, else in a fallback folder, else in memory until it can be written."""
    first_error: Optional[OSError] = None
    for top in (logs, *_fallback_folders()):
        runs = os.path.join(top, *experiment.split("/"), "runs")
        try:
            run_id, path, fd, resumed = _open_in(runs, wanted, goes_on, segment)
        except OSError as error:
            first_error = first_error or error
            continue
        if first_error is not None:
            own = os.path.dirname(runs)
            _warn(
                f"cannot write to {_shown(logs)}: {first_error.strerror or first_error}. This run is written to {path}. "
                f"Copy it back with: mkdir -p '{os.path.join(logs, experiment)}' && cp -rn '{own}/.' '{os.path.join(logs, experiment)}/'"
            )
        return _make_run(experiment, run_id, values, runs, path, fd, resumed, buffer_bytes)
    runs = os.path.join(logs, *experiment.split("/"), "runs")
    path = os.path.join(runs, f"{wanted}-{_random_token(4)}.jsonl")
    return _make_run(experiment, os.path.basename(path)[:-6], values, runs, path, -1, False, buffer_bytes)


def _open_in(runs: str, wanted: str, goes_on: bool, segment: Optional[int]) -> Tuple[str, str, int, bool]:
    if segment is not None:
        folder = os.path.join(runs, wanted)
        path = os.path.join(folder, "run.jsonl" if segment == 0 else f"rank{segment}.jsonl")
        _make_folders(folder)
        existed = os.path.exists(path)
        return wanted, path, _open_log(path), existed
    known = _find_log(runs, wanted) if goes_on else None
    if known is not None:
        return wanted, known, _open_log(known), True
    run_id, path, fd = _claim(runs, wanted)
    return run_id, path, fd, False


def _make_run(
    experiment: str, run_id: str, values: Dict[str, Any], runs: str, path: str, fd: int, resumed: bool, buffer_bytes: int
) -> Run:
    run = Run(experiment, run_id, values, None, runs)
    run._file = _LogFile(
        path,
        fd,
        lock=run._lock,
        buffer_bytes=buffer_bytes,
        start_line=lambda: _line(run._start_record(True)),
        now=run._now,
        fallback=lambda: os.path.join(_fallback_folders()[0], *experiment.split("/"), "rest"),
    )
    run.disabled, run._fast, run.resumed = False, True, resumed
    if resumed:
        run._next_step = run._last_step = _step_after(fd)
    return run


def _step_after(fd: int) -> int:
    """One more than the last whole step in the end of a log, 0 where none is found."""
    try:
        size = os.fstat(fd).st_size
        tail = os.pread(fd, 2**18, max(0, size - 2**18))
    except (OSError, AttributeError):
        return 0
    for line in reversed(tail.split(b"\n")):
        if not line.startswith(b"{") or b'"event"' in line[:10]:
            continue
        try:
            record = json.loads(line.decode("utf-8"))
            step = record.get("_step", record.get("step"))
        except (ValueError, AttributeError):
            continue
        if isinstance(step, (int, float)) and step == step and abs(step) < 2**53:
            return int(step) + 1
    return 0


def _write_start(run: Run, *, seed: Any, job: Optional[str], parent: Optional[str], logs: str, rank_of_segment: Optional[int]) -> None:
    file, chosen = run._file, run._captures
    assert file is not None
    here = os.getcwd()
    script = _script()
    repository = _repository(here)
    if repository is None and script is not None and "site-packages" not in script:
        repository = _repository(os.path.dirname(script))
    run._base = repository or here
    start: Record = {"name": run.name, "params": redact(plain(run.config.as_dict(), "", run._warn_key))}
    if run.tags:
        start["tags"] = list(run.tags)
    for key, text in (("notes", run.notes), ("group", run.group), ("job", job or (_slurm_job() if "slurm" in chosen else None))):
        if text is not None:
            start[key] = _safe_text(text)
    if seed is None:
        seed = _seed_of(run.config.as_dict())
    if seed is None and "seed" in chosen:
        seed = _seed_in_force()
    if seed is not None:
        own_seed = plain(seed)
        start["seed"] = own_seed if isinstance(own_seed, (int, float, str)) and not isinstance(own_seed, bool) else str(own_seed)
    if parent is not None:
        start["parent"] = _safe_text(parent)
    patch: Optional[str] = None
    if repository is not None and "git" in chosen:
        state, patch = _git_state(repository, logs, "patch" in chosen)
        if state is not None:
            start["git"] = redact(state)
    if "command" in chosen:
        start["command"] = _command(run._base)
    if "host" in chosen:
        import socket

        start["host"] = socket.gethostname()
    if "user" in chosen:
        import getpass

        try:
            start["user"] = getpass.getuser()
        except Exception:  # noqa: BLE001 - a container may have no name for its user.
            pass
    env: Record = {}
    if "python" in chosen:
        env["python"] = ".".join(str(n) for n in sys.version_info[:3])
        env["platform"] = sys.platform
    if "packages" in chosen:
        env["packages"] = _packages()
    devices: List[Record] = []
    if "gpu" in chosen:
        devices, versions = _gpus()
        env.update(versions)
    if "cwd" in chosen:
        inside = repository is not None and _is_inside(here, repository)
        env["cwd"] = os.path.relpath(here, repository).replace(os.sep, "/") if inside else os.path.basename(here)
    if "slurm" in chosen:
        slurm = {key[6:].lower(): os.environ[key] for key in _SLURM if key in os.environ}
        if slurm:
            env["slurm"] = slurm
    if env:
        start["env"] = redact(env)
    if devices:
        start["gpus"] = devices
    start["schema"] = FORMAT_VERSION
    if rank_of_segment is not None:
        start["rank"] = rank_of_segment
    start["writer"] = _random_token(8)
    run._start = {"event": "start", **start}
    if patch is not None and run._file is not None and file.fd >= 0:
        try:
            run._keep_folder()
        except OSError:
            patch = None
    with run._lock:
        alone = file.fd < 0 or _lock_file(file.fd)
        resumed = run.resumed or bool(rank_of_segment)
        line = _line(run._start_record(resumed))
        if len(line) > MAX_LINE_BYTES:
            run._start["params"] = {"too_large": f"{len(line)} bytes"}
            _warn("the params are too large for a record; they are left out.")
            line = _line(run._start_record(resumed))
        torn = _newline_if_torn(file.fd) if run.resumed and file.fd >= 0 else b""
        file.append(torn + line, must=True)
        if not alone:
            text = f'Another process has this log open: writer {start["writer"]} (process {os.getpid()}) writes to it as well.'
            run._append({"event": "log", "time": run._now(), "level": "warning", "message": text})
            _warn(f"{_shown(file.path)} is open in another process too. Give each process a run of its own, with a group in common.")
    if patch is not None:
        content = _redact_source(patch).encode("utf-8", "replace")
        more: Record = {"caption": "What was not committed when the run started"}
        if len(content) > MAX_PATCH_BYTES:
            more["caption"] += f"; the first {MAX_PATCH_BYTES // 1024} of {len(content) // 1024} KiB"
            content = content[:MAX_PATCH_BYTES].rsplit(b"\n", 1)[0] + b"\n"
        with run._lock:
            run._append_file("uncommitted.patch", content, "uncommitted.patch", "text", None, more)


# ---------------------------------------------------------------- how a process ends

_open_runs: List[Run] = []
_deferred_signals: List[int] = []
_previous_signals: Dict[int, Any] = {}
_previous_excepthook: Any = None
_previous_exit: Any = None
_exit_seen: Optional[Tuple[int, Optional[str]]] = None
_dying = False


def _enter(run: Run, watch_process: bool = True) -> None:
    if run.disabled or run in _open_runs:
        return
    _open_runs.append(run)
    _watch_child_process()
    if watch_process:
        _watch_process()


def _leave(run: Run) -> None:
    global _latest_run
    if run in _open_runs:
        _open_runs.remove(run)
    if _latest_run is run and _open_runs:
        _latest_run = _open_runs[-1]
    if not _open_runs and not _dying:
        _unwatch_process()


_watched_child = 0


def _watch_child_process() -> None:
    """A process of multiprocessing ends without atexit and without the hook for exceptions: its own hook ends the runs."""
    global _watched_child
    process, util = sys.modules.get("multiprocessing.process"), sys.modules.get("multiprocessing.util")
    if process is None or util is None or process.parent_process() is None or _watched_child == os.getpid():
        return
    _watched_child = os.getpid()
    util.Finalize(None, _finish_child, exitpriority=0)
    import traceback

    print_exc = traceback.print_exc

    def print_and_keep(*args: Any, **options: Any) -> None:
        global _printed_error
        _printed_error = sys.exc_info()[1]
        print_exc(*args, **options)

    traceback.print_exc = print_and_keep


_printed_error: Optional[BaseException] = None


def _finish_child() -> None:
    """Until Python 3.12 the error is still on its way here; later it has been printed, and there is a code for the exit."""
    error = sys.exc_info()[1]
    code = _child_exit_code() if error is None else None
    if code == 1:
        error = _printed_error
    for run in _own_runs():
        if error is not None:
            run._finish_with(error)
        else:
            run.finish(exit_code=code)


def _child_exit_code() -> Optional[int]:
    """The code with which multiprocessing is about to end this process, from the frame that called its hooks."""
    frame = sys._getframe()
    while frame is not None:
        if str(frame.f_globals.get("__name__")).startswith("multiprocessing."):
            code = frame.f_locals.get("code")
            if frame.f_code.co_name == "_bootstrap":
                return None  # Its work has just been done, without an error.
            if isinstance(code, int):
                return code
        frame = frame.f_back  # type: ignore[assignment]
    return _exit_seen[0] if _exit_seen is not None else None


def _watch_process() -> None:
    global _previous_excepthook, _previous_exit, _exit_seen
    if _previous_excepthook is None:
        _previous_excepthook, sys.excepthook = sys.excepthook, _on_exception
        _previous_exit, sys.exit = sys.exit, _on_sys_exit  # type: ignore[assignment]
        _exit_seen = None
    if threading.current_thread() is not threading.main_thread():
        return
    names = ["SIGTERM", "SIGINT"] if "ipykernel" not in sys.modules else ["SIGTERM"]  # A notebook interrupts cells.
    for number in (getattr(signal, name) for name in names):
        try:
            known = signal.getsignal(number)
            if number not in _previous_signals and known is not signal.SIG_IGN and known is not None:
                signal.signal(number, _on_signal)
                _previous_signals[number] = known
        except (ValueError, OSError):
            continue


def _unwatch_process() -> None:
    global _previous_excepthook, _previous_exit
    if _previous_excepthook is not None:
        if sys.excepthook is _on_exception:
            sys.excepthook = _previous_excepthook
        if sys.exit is _on_sys_exit:
            sys.exit = _previous_exit
        _previous_excepthook = _previous_exit = None
    if threading.current_thread() is not threading.main_thread():
        return
    for number, known in list(_previous_signals.items()):
        try:
            if signal.getsignal(number) is _on_signal:
                signal.signal(number, known)
                del _previous_signals[number]
        except (ValueError, OSError):
            continue


def _own_runs() -> List[Run]:
    return [run for run in _open_runs if run._owner == os.getpid()]


def _exit_code(code: Any) -> Tuple[int, Optional[str]]:
    """What the operating system will see for ``sys.exit(code)``, and the text that it prints."""
    if code is None:
        return 0, None
    if isinstance(code, int):
        return code & 0xFF, None
    return 1, str(code)


def _on_sys_exit(code: Any = None) -> None:
    global _exit_seen
    if threading.current_thread() is threading.main_thread():
        _exit_seen = _exit_code(code)
    (_previous_exit or _raise_exit)(code)


def _raise_exit(code: Any = None) -> None:
    raise SystemExit(code)


def _on_exception(kind: Type[BaseException], error: BaseException, trace: "Optional[TracebackType]") -> None:
    previous = _previous_excepthook or sys.__excepthook__
    if error.__traceback__ is None and trace is not None:
        error = error.with_traceback(trace)
    for run in _own_runs():
        run._finish_with(error)
    previous(kind, error, trace)


def _die_of(number: int) -> None:
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def _on_signal(number: int, frame: "Optional[FrameType]") -> Any:
    """Writes the end where nobody else decides; otherwise notes the signal and lets the handler from before decide.

    A signal that arrives while a record is being written waits until that is done; a second one does not wait.
    """
    global _dying
    previous = _previous_signals.get(number, signal.SIG_DFL)
    runs = _own_runs()
    if _dying:
        _die_of(number)
        return None
    if _is_writing(runs):
        if _deferred_signals:
            _die_of(number)
        else:
            _deferred_signals.append(number)
        return None
    for run in runs:
        run._signals.append(number)
    if callable(previous):
        return previous(number, frame)
    if previous is signal.SIG_DFL:
        _dying = True
        for run in runs:
            run._ended_by_signal = True
            if run._lock.acquire(timeout=2.0):
                try:
                    run.finish(exit_code=128 + number, status="killed", _drain_seconds=3.0)
                finally:
                    run._lock.release()
        _die_of(number)
    return None


def _is_writing(runs: Iterable[Run]) -> bool:
    """Whether this thread is in the middle of a record or of an end."""
    own = threading.get_ident()
    return any(run._finishing == own or run._lock._is_owned() for run in runs)


def _deliver_deferred() -> None:
    """A signal that came while a record was being written: now is its turn."""
    if threading.current_thread() is not threading.main_thread():
        return
    if _is_writing(_own_runs()):
        return
    while _deferred_signals:
        number = _deferred_signals.pop(0)
        if number in _previous_signals:
            _on_signal(number, None)
        else:  # The last run has ended meanwhile, and the handler from before is back.
            os.kill(os.getpid(), number)


def _finish_all() -> None:
    if _watched_child == os.getpid():
        _finish_child()
        return
    code, text = _exit_seen or (None, None)
    for run in _own_runs():
        run.finish(exit_code=code, error=text)


atexit.register(_finish_all)


_masks: Dict[int, Any] = {}  # thread → the signals it blocked before it forked


def _before_fork() -> None:
    """Holds signals back while a process forks: CPython forgets those that reach a child before it is set up."""
    if _previous_signals and hasattr(signal, "pthread_sigmask"):
        _masks[threading.get_ident()] = signal.pthread_sigmask(signal.SIG_BLOCK, list(_previous_signals))


def _after_fork_in_parent() -> None:
    mask = _masks.pop(threading.get_ident(), None)
    if mask is not None:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _after_fork_in_child() -> None:
    """The end of the run is the parent's affair: the child gets the handlers from before, and a lock of its own."""
    global _dying
    _dying = False
    del _deferred_signals[:]
    for run in _open_runs:
        if run._file is not None:
            run._lock = threading.RLock()
            run._file.acquire_in_child(run._lock)
    del _open_runs[:]
    _unwatch_process()
    _after_fork_in_parent()
    _masks.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)


# ---------------------------------------------------------------- the module as a run


def current() -> Optional[Run]:
    """The run that module-level calls write to: the innermost ``with``, else the one begun last; None without any."""
    return _current_run.get() or _latest_run


def _need(what: str) -> Optional[Run]:
    run = current()
    if run is None:
        _warn(f"{what} was called before init; nothing was written.", once=f"{what} before init")
    return run


def log(data: Mapping[str, Any], step: Optional[float] = None, commit: Optional[bool] = None, **more: Any) -> None:
    """`Run.log` of the current run."""
    run = _current_run.get() or _latest_run
    if run is None:
        _need("log")
        return
    run.log(data, step, commit)


def finish(exit_code: Optional[int] = None, **more: Any) -> None:
    """`Run.finish` of the current run, if there is one."""
    run = current()
    if run is not None:
        run.finish(exit_code, **more)


def _forward(name: str) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        run = _need(name)
        return None if run is None else getattr(run, name)(*args, **kwargs)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"`Run.{name}` of the current run."
    return call


alert = _forward("alert")
archive = _forward("archive")
define_metric = _forward("define_metric")
log_artifact = _forward("log_artifact")
message = _forward("message")
note = _forward("note")
save = _forward("save")
tag = _forward("tag")
unwatch = _forward("unwatch")
watch = _forward("watch")


def login(*_args: Any, **_ignored: Any) -> bool:
    """Nothing to log in to: True."""
    return True


class AlertLevel(enum.Enum):
    """Levels of `alert`, as W&B names them."""

    INFO = "info"
    WARN = "warn"
    ERROR = "error"


class _Current:
    """Stands for the current run's ``config`` or ``summary`` at module level."""

    def __init__(self, what: str) -> None:
        object.__setattr__(self, "_what", what)

    def _target(self) -> Any:
        run = current()
        if run is None:
            raise RuntimeError(f"runfolio.{self._what} has no run yet: call runfolio.init first")
        return getattr(run, self._what)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._target(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._target(), name, value)

    def __getitem__(self, key: str) -> Any:
        return self._target()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._target()[key] = value

    def __contains__(self, key: object) -> bool:
        return key in self._target()

    def __iter__(self) -> Iterator[str]:
        return iter(self._target())

    def __len__(self) -> int:
        return len(self._target())

    def keys(self) -> Any:
        return self._target().keys()

    def __repr__(self) -> str:
        run = current()
        return f"<no run yet: {self._what}>" if run is None else repr(getattr(run, self._what))


config: Any = _Current("config")
summary: Any = _Current("summary")


def __getattr__(name: str) -> Any:
    if name == "run":  # `wandb.run` is the current run, or None.
        return current()
    raise AttributeError(f"module 'runfolio' has no attribute {name!r}")


def track(experiment: Optional[str] = None, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: each call of the function is a run. Its arguments are the params, a mapping that it returns the final values.

        @runfolio.track("cifar10")
        def train(lr, epochs, run=None):
            run.log({"loss": 0.3})

    A parameter named ``run`` receives the run. Works on async functions too; takes what `init` takes.
    """
    if callable(experiment):
        return track()(experiment)

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        import functools
        import inspect

        signature = inspect.signature(function)

        def begin(args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Tuple[Run, Dict[str, Any]]:
            bound = signature.bind_partial(*args, **kwargs)
            bound.apply_defaults()
            given: Dict[str, Any] = {}
            for key, value in bound.arguments.items():
                kind = signature.parameters[key].kind
                if key in ("run", "self"):
                    continue
                if kind is inspect.Parameter.VAR_KEYWORD:
                    given.update(value)
                elif kind is not inspect.Parameter.VAR_POSITIONAL or value:
                    given[key] = value
            run = init(experiment or function.__name__, **{"params": given, **options})
            if "run" in signature.parameters and bound.arguments.get("run") is None:
                kwargs = {**kwargs, "run": run}
            return run, kwargs

        def end(run: Run, result: Any) -> None:
            if isinstance(result, Mapping):
                run.finish(metrics=result)

        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def call_async(*args: Any, **kwargs: Any) -> Any:
                run, kwargs = begin(args, kwargs)
                with run:
                    result = await function(*args, **kwargs)
                    end(run, result)
                return result

            return call_async

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            run, kwargs = begin(args, kwargs)
            with run:
                result = function(*args, **kwargs)
                end(run, result)
            return result

        return call

    return decorate


# ---------------------------------------------------------------- frameworks (imported only when asked for)


def partial_fit(
    model: Any,
    x: Any,
    y: Any,
    *,
    epochs: int = 10,
    batch_size: int = 100,
    classes: Any = None,
    validation: Optional[Tuple[Any, Any]] = None,
    shuffle_seed: Optional[int] = 0,
    run: Optional[Run] = None,
    **options: Any,
) -> Any:
    """Trains a scikit-learn estimator by ``partial_fit`` and logs each epoch: ``train/score``, ``val/score``, ``train/loss`` if known.

    Batches are slices of a fresh order each epoch (``shuffle_seed=None``: the order given). Without ``run`` a run is begun with
    ``options`` as for `init`, with the estimator's params, and ended. Returns the estimator.
    """
    import random

    own = run is None
    if run is None:
        get_params = getattr(model, "get_params", dict)
        params = {"model": type(model).__name__, **get_params(), "epochs": epochs, "batch_size": batch_size, "shuffle_seed": shuffle_seed}
        run = init(**{"params": params, **options})
    count = x.shape[0] if hasattr(x, "shape") else len(x)
    needs_classes = hasattr(model, "classes_") or hasattr(model, "predict_proba") or _is_classifier(model)
    if classes is None and needs_classes:
        classes = sorted(set(plain(y)))
    order = list(range(count))
    shuffle = random.Random(shuffle_seed)
    try:
        for epoch in range(1, epochs + 1):
            if shuffle_seed is not None:
                shuffle.shuffle(order)
            for at in range(0, count, batch_size):
                rows = order[at : at + batch_size]
                batch_x, batch_y = _rows(x, rows), _rows(y, rows)
                if classes is not None:
                    model.partial_fit(batch_x, batch_y, classes=classes)
                else:
                    model.partial_fit(batch_x, batch_y)
            values: Record = {"epoch": epoch}
            loss = getattr(model, "loss_", None)
            if isinstance(loss, (int, float)):
                values["train/loss"] = float(loss)
            values["train/score"] = model.score(x, y)
            if validation is not None:
                values["val/score"] = model.score(*validation)
            run.log(values, step=epoch)
    except BaseException as error:
        if own:
            run._finish_with(error)
        raise
    if own:
        run.finish()
    return model


def _is_classifier(model: Any) -> bool:
    return getattr(model, "_estimator_type", None) == "classifier" or any("Classifier" in k.__name__ for k in type(model).__mro__)


def _rows(data: Any, rows: List[int]) -> Any:
    if hasattr(data, "iloc"):
        return data.iloc[rows]
    return data[rows] if hasattr(data, "shape") else [data[i] for i in rows]


class _OptunaCallback:
    def __init__(self, experiment: Optional[str], metric: Union[str, Sequence[str]], options: Dict[str, Any]) -> None:
        self._experiment = experiment
        self._metrics = [metric] if isinstance(metric, str) else list(metric)
        self._options = options
        self._runs: Dict[Tuple[str, int], Run] = {}

    def _begin(self, study: Any, trial: Any, **more: Any) -> Run:
        name = f"trial-{trial.number:04d}"
        options = {"name": name, "group": study.study_name, "job": "optuna", "params": dict(trial.params), **more, **self._options}
        if self._options.get("id") is None:
            options["id"] = clean_id(f"{study.study_name}-{name}")
        return init(self._experiment or study.study_name, **options)

    def track(self, objective: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Wraps an objective: its trial's run is open while it runs, and ``runfolio.log`` writes to it."""

        def tracked(trial: Any) -> Any:
            run = self._begin(trial.study, trial)
            self._runs[(trial.study.study_name, trial.number)] = run
            token = _current_run.set(run)
            try:
                return objective(trial)
            except BaseException as error:
                if type(error).__name__ == "TrialPruned":
                    run.config.update(trial.params)
                    run.tag(add="pruned")
                    run.finish()
                else:
                    run.config.update(trial.params)
                    run._finish_with(error)
                raise
            finally:
                _current_run.reset(token)

        tracked.__name__ = getattr(objective, "__name__", "objective")
        return tracked

    def __call__(self, study: Any, trial: Any) -> None:
        """What Optuna calls after each trial."""
        run = self._runs.pop((study.study_name, trial.number), None)
        if run is not None and run.ended:
            return
        if run is None:
            run = self._begin(study, trial, capture={"system": False, "patch": False}, signals=False)
            for step, value in sorted(trial.intermediate_values.items()):
                run.log({self._metrics[0]: value}, step=step)
        else:
            run.config.update(trial.params)
        state = trial.state.name
        if trial.user_attrs:
            run.config.update({"user_attrs": dict(trial.user_attrs)})
        values = list(trial.values or [])
        names = self._metrics if len(self._metrics) >= len(values) else [f"{self._metrics[0]}/{i}" for i in range(len(values))]
        final = dict(zip(names, values))
        if state == "PRUNED":
            run.tag(add="pruned")
        run.finish(status="failed" if state == "FAIL" else "finished", metrics=final)


def optuna_callback(experiment: Optional[str] = None, *, metric: Union[str, Sequence[str]] = "value", **options: Any) -> Any:
    """For ``study.optimize(objective, callbacks=[…])``: one run a trial, the study as their group.

    ``metric`` names the objective's value, or values. With ``optimize(callback.track(objective), callbacks=[callback])`` the run is
    open during the trial and ``runfolio.log`` writes to it; else it is written when the trial is done, its intermediate values as
    steps. Pruned trials are tagged ``pruned``. Works with ``n_jobs``. Further options go to `init`.
    """
    return _OptunaCallback(experiment, metric, options)


def keras_callback(run: Optional[Run] = None, *, batches: int = 0, **options: Any) -> Any:
    """For ``model.fit(callbacks=[…])``: logs each epoch, and every ``batches``-th batch if that is not 0.

    Without ``run`` a run is begun when training begins, with ``options`` as for `init`, and ended with it.
    Raises ImportError without keras.
    """
    import importlib

    keras: Any
    try:
        keras = importlib.import_module("keras")
    except ImportError:
        keras = importlib.import_module("tensorflow").keras

    class RunfolioCallback(keras.callbacks.Callback):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.run = run
            self._own = run is None
            self._batch = 0

        def on_train_begin(self, logs: Any = None) -> None:
            found: Record = {key: value for key, value in (self.params or {}).items() if key in ("epochs", "steps", "batch_size")}
            try:
                found["model"] = {"name": self.model.name, "trainable_values": _keras_size(self.model)}
                found["optimizer"] = self.model.optimizer.get_config()
            except Exception:  # noqa: BLE001 - a model that is not built has no size.
                pass
            if self.run is None or (self._own and self.run.ended):
                self.run = init(**{"params": found, **options})
            else:
                self.run.config.update(found)

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self._batch += 1
            if batches and self._batch % batches == 0 and self.run is not None:
                self.run.log({f"batch/{key}": value for key, value in (logs or {}).items()}, step=self._batch)

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if self.run is None:
                return
            values = dict(logs or {})
            try:
                rate = self.model.optimizer.learning_rate
                values.setdefault("lr", float(rate.numpy() if hasattr(rate, "numpy") else rate))
            except Exception:  # noqa: BLE001 - a schedule is no number.
                pass
            self.run.log(values, step=epoch)

        def on_train_end(self, logs: Any = None) -> None:
            if self._own and self.run is not None:
                self.run.finish()

    return RunfolioCallback()


def _keras_size(model: Any) -> int:
    return sum(_size(tuple(int(n) for n in w.shape)) for w in model.trainable_weights)


_left_open: List[Run] = []  # Runs of callbacks whose training is over, kept open for what is measured afterwards.


def _begin_next(options: Mapping[str, Any]) -> Run:
    """A callback's own run, after those that earlier trainings of this process left open are ended."""
    while _left_open:
        _left_open.pop().finish()
    return init(**options)


def lightning_logger(run: Optional[Run] = None, **options: Any) -> Any:
    """For ``Trainer(logger=…)`` of PyTorch Lightning, under either of its package names. Raises ImportError without it.

    Without ``run`` a run is begun at once, on rank 0, with ``options`` as for `init`; processes that Lightning forks or spawns
    write to it. It stays open after training, for ``test`` and ``predict``; it ends when the next logger is made, with
    ``runfolio.finish()`` or with the process, and at once where the training fails.
    """
    import importlib

    loggers: Any
    try:
        loggers = importlib.import_module("lightning.pytorch.loggers")
        rank_zero_only: Any = importlib.import_module("lightning.pytorch.utilities").rank_zero_only
    except ImportError:
        loggers = importlib.import_module("pytorch_lightning.loggers")
        rank_zero_only = importlib.import_module("pytorch_lightning.utilities").rank_zero_only

    def is_other_rank() -> bool:
        return bool(getattr(rank_zero_only, "rank", 0))

    if run is not None:
        own = run
    elif is_other_rank():
        own = Run(str(options.get("experiment", "lightning")), "", {}, None, "")  # Takes every call and writes nothing.
    else:
        own = _begin_next(options)

    class RunfolioLogger(loggers.Logger):  # type: ignore[misc]
        def __reduce__(self) -> Tuple[Any, ...]:
            return lightning_logger, (own,)

        @property
        def experiment(self) -> Run:
            return own

        @property
        def name(self) -> str:
            return own.experiment

        @property
        def version(self) -> str:
            return own.id

        @property
        def save_dir(self) -> Optional[str]:
            return None

        def log_hyperparams(self, params: Any, *_args: Any, **_more: Any) -> None:
            if not is_other_rank():
                own.config.update(params)

        def log_metrics(self, metrics: Mapping[str, Any], step: Optional[int] = None) -> None:
            if not is_other_rank():
                own.log(dict(metrics), step=step)

        def finalize(self, status: str) -> None:
            if is_other_rank():
                return
            if status == "success":
                if run is None and own not in _left_open:
                    _left_open.append(own)
                return
            error = sys.exc_info()[1]  # Lightning calls this while it handles the exception.
            if error is not None:
                own._finish_with(error)
            else:
                own.finish(status="failed")

    return RunfolioLogger()


def hf_callback(run: Optional[Run] = None, **options: Any) -> Any:
    """For ``Trainer(callbacks=[…])`` of Hugging Face transformers: logs on the world's first process. Raises ImportError without it.

    ``loss`` is written as ``train/loss``, ``eval_loss`` as ``eval/loss``. The run stays open after training, for evaluation; it ends with
    the next training, with ``runfolio.finish()`` or with the process.
    """
    import importlib

    transformers: Any = importlib.import_module("transformers")

    class RunfolioCallback(transformers.TrainerCallback):  # type: ignore[misc]
        def __init__(self) -> None:
            self.run = run
            self._own = run is None

        def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            if not state.is_world_process_zero:
                return
            to_dict = getattr(args, "to_sanitized_dict", args.to_dict)
            found: Record = {"args": to_dict()}
            model_config = getattr(kwargs.get("model"), "config", None)  # type: Any
            if callable(getattr(model_config, "to_dict", None)):
                found["model"] = model_config.to_dict()
            if self._own:
                name = getattr(args, "run_name", None)
                own_name = name if name and name != getattr(args, "output_dir", None) else None
                self.run = _begin_next({"params": found, "name": own_name, "seed": getattr(args, "seed", None), **options})
                _left_open.append(self.run)
            elif self.run is not None:
                self.run.config.update(found)

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
            if not state.is_world_process_zero or self.run is None:
                return
            values: Record = {}
            for key, value in (logs or {}).items():
                part = next((p for p in ("eval", "test", "train") if key.startswith(p + "_")), None)
                values[f"{part}/{key[len(part) + 1:]}" if part else key if key == "epoch" else f"train/{key}"] = value
            self.run.log(values, step=state.global_step)

        def on_predict(self, args: Any, state: Any, control: Any, metrics: Any = None, **kwargs: Any) -> None:
            self.on_log(args, state, control, logs=metrics)

    return RunfolioCallback()
