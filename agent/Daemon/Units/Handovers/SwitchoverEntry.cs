using System.Collections.Immutable;
using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Operations;

namespace NodeAgent.Daemon.Units.Handovers;

/// <summary>A planned move's entry in the journal: all that is needed to go on with it after a kill.</summary>
internal sealed class SwitchoverEntry
{
    /// <summary>The journal's word for a planned move.</summary>
    public const string Kind = "switchover";

    private const string UnitArgument = "unit";
    private const string ToArgument = "to";
    private const string EpochArgument = "epoch";
    private const string RoundArgument = "round";
    private const string SnapshotArgument = "snapshot";
    private const string ClosedArgument = "closedAt";
    private readonly IOperationJournal journal;
    private Operation operation;

    private SwitchoverEntry(IOperationJournal journal, Operation operation, HandoverState state)
    {
        this.journal = journal;
        this.operation = operation;
        State = state;
    }

    public HandoverState State { get; private set; }

    public DateTimeOffset StartedAt => operation.StartedAt;

    /// <summary>When the storage was last closed, wall clock; null if it was not.</summary>
    public DateTimeOffset? ClosedAt =>
        operation.Arguments.GetValueOrDefault(ClosedArgument) is { } text
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at) ? at : null;

    public static string KeyOf(UnitId unit) => $"{Kind}/{unit}";

    public static Outcome<SwitchoverEntry> Begin(IOperationJournal journal, UnitRecord record, NodeId to)
    {
        var state = new HandoverState(record.Unit, record.Writer, to, record.Epoch, 0, null);
        var begun = journal.Begin(KeyOf(record.Unit), Kind, $"{record.Unit} from {record.Writer} to {to}", Arguments(state, null));
        return begun.Map(operation => new SwitchoverEntry(journal, operation, state));
    }

    /// <summary>Reads an entry again; null if it cannot be one of this version.</summary>
    public static SwitchoverEntry? Read(IOperationJournal journal, Operation operation, UnitRecord? record, NodeId self)
    {
        var arguments = operation.Arguments;
        return record is not null && arguments.GetValueOrDefault(ToArgument) is { } to
            && long.TryParse(arguments.GetValueOrDefault(EpochArgument), CultureInfo.InvariantCulture, out var epoch)
            && int.TryParse(arguments.GetValueOrDefault(RoundArgument), CultureInfo.InvariantCulture, out var round)
            ? new SwitchoverEntry(journal, operation, new HandoverState(
                record.Unit, self, new NodeId(to), new Epoch(epoch), round, arguments.GetValueOrDefault(SnapshotArgument)))
            : null;
    }

    /// <summary>The unit that an entry is about, as it was called.</summary>
    public static string UnitOf(Operation operation) => operation.Arguments.GetValueOrDefault(UnitArgument, "");

    /// <summary>The node that is to write, as an entry has it.</summary>
    public static NodeId ToOf(Operation operation) => new(operation.Arguments.GetValueOrDefault(ToArgument, "?"));

    /// <summary>Keeps a new state. Durable when it returns.</summary>
    public Outcome Keep(HandoverState state, DateTimeOffset? closedAt)
    {
        var kept = journal.Note(operation, Arguments(state, closedAt));
        if (kept.IsOk)
        {
            operation = kept.Value;
            State = state;
        }

        return kept.WithoutValue();
    }

    public void Mark(string step) => operation = journal.Mark(operation, step);

    public void Leave(Fault fault) => operation = journal.Fail(operation, fault);

    public void End(Fault? fault) => journal.Finish(operation, fault);

    private static ImmutableDictionary<string, string> Arguments(HandoverState state, DateTimeOffset? closedAt)
    {
        var arguments = ImmutableDictionary<string, string>.Empty
            .Add(UnitArgument, state.Unit.ToString())
            .Add(ToArgument, state.To.Value)
            .Add(EpochArgument, state.Epoch.ToString())
            .Add(RoundArgument, state.Round.ToString(CultureInfo.InvariantCulture));
        arguments = state.Snapshot is { } snapshot ? arguments.Add(SnapshotArgument, snapshot) : arguments;
        return closedAt is { } at ? arguments.Add(ClosedArgument, at.ToString("o", CultureInfo.InvariantCulture)) : arguments;
    }
}
