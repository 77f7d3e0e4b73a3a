using NodeAgent.Linux.Systemd;

namespace NodeAgent.Daemon.Logging;

/// <summary>Log lines as entries of systemd's journal, each of their values a field: <c>journalctl -u nodeagent NODEAGENT_UNIT=zfs:tank/db</c>.</summary>
internal sealed class JournalLogs(JournalSocket journal) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new JournalLog(journal, categoryName);

    public void Dispose() => journal.Dispose();
}
