using NodeAgent.Contract;
using NodeAgent.Linux.Files;

namespace NodeAgent.Daemon.Tuning;

/// <summary>A profile that is in force until this ends. Until then nobody else can tune.</summary>
internal sealed class TuneTrial(FileLock ownership, TuneReport report, Func<Outcome<TuneReport>> goBack) : IDisposable
{
    private Outcome<TuneReport>? ended;

    /// <summary>What it changed.</summary>
    public TuneReport Report => report;

    /// <summary>Brings back what was before. A fault leaves the record: whoever tunes next tries again. Idempotent.</summary>
    public Outcome<TuneReport> End()
    {
        ended ??= goBack();
        return ended.Value;
    }

    public void Dispose()
    {
        _ = End();
        ownership.Dispose();
    }
}
