"""Every table of the product, so that migrations and tests see them all."""

from __future__ import annotations

from portal.db import Base

from .accounts import credentials as _credentials
from .accounts import models as _accounts
from .audit import models as _audit
from .backups import models as _backups
from .calendars import models as _calendars
from .changes import models as _changes
from .clients import models as _clients
from .complaints import models as _complaints
from .consent import models as _consent
from .drops import models as _drops
from .exchange import material_models as _materials
from .exchange import models as _exchange
from .feedback import models as _feedback
from .firm import models as _firm
from .gate import models as _gate
from .heartbeats import models as _heartbeats
from .lookups import models as _lookups
from .outbox import models as _outbox
from .partners import models as _partners
from .preferences import models as _preferences
from .programs import models as _programs
from .retention import models as _retention
from .search import models as _search
from .sharing import models as _sharing
from .supply import models as _supply
from .tasks import models as _tasks
from .timeline import models as _timeline
from .webhooks import models as _webhooks
from .wording import models as _wording

CONCEPTS = (
    _accounts, _audit, _backups, _calendars, _changes, _clients, _complaints, _consent, _credentials, _drops,
    _exchange, _feedback, _firm, _gate, _heartbeats, _lookups, _materials, _outbox, _partners, _preferences,
    _programs, _retention, _search, _sharing, _supply, _tasks, _timeline, _webhooks, _wording,
)  # fmt: skip
ALL = Base.metadata.sorted_tables
