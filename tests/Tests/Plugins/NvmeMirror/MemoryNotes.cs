using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

/// <summary>A cluster store in memory that can be cut off, and that remembers what was written when.</summary>
internal sealed class MemoryNotes : IUnitNotes
{
    public UnitNote Note { get; set; } = new("", 0);

    public bool IsAway { get; set; }

    /// <summary>Called before each read.</summary>
    public Action? BeforeRead { get; set; }

    /// <summary>Called before each write; another node may be faster here.</summary>
    public Action? BeforeWrite { get; set; }

    /// <summary>The next write is not answered and not done: it may be done later.</summary>
    public bool NextIsLate { get; set; }

    /// <summary>The next write is given up while it is on its way: it may be done later.</summary>
    public bool NextIsCancelled { get; set; }

    /// <summary>A write that nobody answered: its text, and the version it replaces.</summary>
    public (string Text, long Version)? Pending { get; set; }

    public List<string> Written { get; } = [];

    /// <summary>The store does what it did not answer, if it still may.</summary>
    public void CommitLate()
    {
        if (Pending is { } late && late.Version == Note.Version)
        {
            Note = new UnitNote(late.Text, late.Version + 1);
        }
    }

    public Task<Outcome<UnitNote>> ReadAsync(UnitId unit, CancellationToken cancellation)
    {
        BeforeRead?.Invoke();
        return Task.FromResult(IsAway ? Away : new Outcome<UnitNote>(Note));
    }

    public Task<Outcome<UnitNote>> WriteAsync(UnitId unit, string text, long version, CancellationToken cancellation)
    {
        BeforeWrite?.Invoke();
        if (IsAway)
        {
            return Task.FromResult<Outcome<UnitNote>>(Away);
        }

        if (NextIsLate)
        {
            NextIsLate = false;
            Pending = (text, version);
            return Task.FromResult<Outcome<UnitNote>>(new Fault(FaultCode.TimedOut, "cannot write", "the store did not answer", "", Retry.AfterLook));
        }

        if (NextIsCancelled)
        {
            NextIsCancelled = false;
            Pending = (text, version);
            return Task.FromCanceled<Outcome<UnitNote>>(new CancellationToken(canceled: true));
        }

        if (version != Note.Version)
        {
            return Task.FromResult<Outcome<UnitNote>>(new Fault(FaultCode.PreconditionFailed, "cannot write", "another node was faster", "", Retry.AfterLook));
        }

        Written.Add(text);
        Note = new UnitNote(text, version + 1);
        return Task.FromResult(new Outcome<UnitNote>(Note));
    }

    private static Outcome<UnitNote> Away => new Fault(FaultCode.ControlPlaneUnavailable, "cannot reach the store", "no majority", "", Retry.Later);
}
