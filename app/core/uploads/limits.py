"""How large and how heavy an uploaded file may be, and what its child process may use."""

from dataclasses import asdict, dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, times in seconds."""

    file_bytes: int = 25 * MEBIBYTE
    pages: int = 200
    picture_pixels: int = 200_000_000
    stream_bytes: int = 160 * MEBIBYTE
    total_bytes: int = 768 * MEBIBYTE
    annotations: int = 20_000
    memory_bytes: int = 512 * MEBIBYTE
    cpu_seconds: int = 10
    wall_seconds: int = 30
    answer_bytes: int = 64 * MEBIBYTE
    text_characters: int = 5_000_000

    def to_dict(self) -> dict[str, int]:
        return asdict(self)


LIMITS = Limits()
