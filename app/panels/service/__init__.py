"""What is done with panels: setting one up, the meeting, the minutes."""

from app.panels.service.looking import (
    OUTLOOK,
    is_awaited,
    look_again,
    look_again_in,
    look_once,
)
from app.panels.service.meeting import (
    close_meeting,
    decide,
    declare_conflict,
    note_file,
    note_here,
    note_reading,
    open_meeting,
)
from app.panels.service.minutes import MINUTES, approve
from app.panels.service.setting_up import (
    Plan,
    appoint,
    dismiss,
    dissolve,
    prepare,
    set_agenda,
    take_off,
)

__all__ = [
    "MINUTES",
    "OUTLOOK",
    "Plan",
    "appoint",
    "approve",
    "close_meeting",
    "decide",
    "declare_conflict",
    "dismiss",
    "dissolve",
    "is_awaited",
    "look_again",
    "look_again_in",
    "look_once",
    "note_file",
    "note_here",
    "note_reading",
    "open_meeting",
    "prepare",
    "set_agenda",
    "take_off",
]
