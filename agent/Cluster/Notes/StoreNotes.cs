using NodeAgent.Cluster.Records;
using NodeAgent.Contract;

namespace NodeAgent.Cluster.Notes;

/// <summary>Notes about units, one key each. Of one backend only: what a plugin asks about others it does not get.</summary>
public sealed class StoreNotes(IClusterStore store, BackendId backend) : IUnitNotes
{
    private const int Longest = 4096;

    /// <inheritdoc/>
    public async Task<Outcome<UnitNote>> ReadAsync(UnitId unit, CancellationToken cancellation)
    {
        if (Check(unit) is { } wrong)
        {
            return wrong;
        }

        var view = await store.ReadAsync(KeyRange.Of(StoreKeys.NoteOf(unit)), cancellation);
        return view.IsOk
            ? view.Value.Entries is [var entry, ..] ? new UnitNote(entry.Value, entry.Modified) : new UnitNote("", 0)
            : NoAnswer($"cannot read the note about {unit}", view.Fault);
    }

    /// <inheritdoc/>
    public async Task<Outcome<UnitNote>> WriteAsync(UnitId unit, string text, long version, CancellationToken cancellation)
    {
        var what = $"cannot write the note about {unit}";
        if (Check(unit) is { } wrong)
        {
            return wrong;
        }

        if (text.Length > Longest)
        {
            return new Fault(FaultCode.OutOfRange, what, $"it has {text.Length} characters, and {Longest} are possible", "This is a bug of the plugin.", Retry.Never);
        }

        var key = StoreKeys.NoteOf(unit);
        var commit = await store.CommitAsync(new StoreTransaction([new StoreCondition(key, version)], [StoreChange.Put(key, text)]), cancellation);
        return commit.Happened switch
        {
            Answer.Yes => new UnitNote(text, commit.Revision),
            Answer.No when commit.Fault is { } refused => refused,
            Answer.No => new Fault(FaultCode.PreconditionFailed, what, "another node wrote it since it was read", "Read it again.", Retry.AfterLook),
            _ => new Fault(FaultCode.TimedOut, what, commit.Fault?.ToString() ?? "the store did not answer", "Read it again.", Retry.AfterLook),
        };
    }

    private static Fault NoAnswer(string what, Fault fault) =>
        new(FaultCode.ControlPlaneUnavailable, what, fault.ToString(), "Look at 'nodeagent store'.", Retry.Later);

    private Fault? Check(UnitId unit) =>
        unit.Backend != backend ? new Fault(FaultCode.InvalidArgument, $"cannot look at the note about {unit}", $"this is backend {backend}", "This is a bug of the plugin.", Retry.Never)
        : Names.IsValid(unit.Name) ? null : Names.Invalid("unit", unit.Name);
}
