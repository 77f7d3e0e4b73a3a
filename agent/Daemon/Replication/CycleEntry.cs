using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Daemon.Operations;

namespace NodeAgent.Daemon.Replication;

/// <summary>
/// A cycle's entry in the journal, with the snapshots that the writer must not let go of meanwhile: the one that is
/// being sent, and those that the copy may hold by now without having said so. A copy whose newest snapshot is gone
/// on the writer could never be brought up to date again.
/// </summary>
internal sealed class CycleEntry
{
    private const string SnapshotArgument = "snapshot";
    private const string HeldArgument = "held";

    // A stream that was given up may still land: the keeper writes it out long after its writer stopped waiting. So
    // what former attempts sent stays, too, but not without end.
    private const int MostFormer = 6;
    private readonly IOperationJournal journal;
    private Operation operation;

    private CycleEntry(IOperationJournal journal, Operation operation)
    {
        this.journal = journal;
        this.operation = operation;
    }

    /// <summary>Begins a cycle. What an unfinished one before it left on the copy stays pinned until the copy has been looked at.</summary>
    public static Outcome<CycleEntry> Begin(IOperationJournal journal, UnitId unit, NodeId peer, string snapshot)
    {
        var key = PeerCycle.KeyOf(unit, peer);
        var former = journal.Open().FirstOrDefault(known => known.Key == key);
        var begun = journal.Begin(
            key, PeerCycle.Kind, $"{unit} to {peer}", Arguments(snapshot, former?.Arguments.GetValueOrDefault(HeldArgument) ?? ""));
        return begun.Map(operation => new CycleEntry(journal, operation));
    }

    /// <summary>The snapshots that an open cycle pins.</summary>
    public static IEnumerable<string> Pinned(Operation operation) =>
        new[] { SnapshotArgument, HeldArgument }
            .SelectMany(name => operation.Arguments.GetValueOrDefault(name, "").Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Notes what the copy may hold from now on. Durable before the first byte is sent.</summary>
    public Outcome Hold(IEnumerable<string> snapshots)
    {
        var wanted = snapshots.ToHashSet(StringComparer.Ordinal);
        var before = operation.Arguments.GetValueOrDefault(HeldArgument, "");
        var former = before.Split(' ', StringSplitOptions.RemoveEmptyEntries).Except(wanted, StringComparer.Ordinal)
            .OrderByDescending(SnapshotName.Parse).Take(MostFormer);
        var held = string.Join(' ', wanted.Concat(former).Order(StringComparer.Ordinal));
        if (held == before)
        {
            return Outcome.Done;
        }

        var noted = journal.Note(operation, Arguments(operation.Arguments[SnapshotArgument], held));
        operation = noted.IsOk ? noted.Value : operation;
        return noted.WithoutValue();
    }

    /// <summary>Notes the step that is done next.</summary>
    public void Mark(string step) => operation = journal.Mark(operation, step);

    /// <summary>Ends the cycle, or leaves it open with the reason.</summary>
    public void End(Fault? fault)
    {
        if (fault is null)
        {
            journal.Finish(operation, null);
        }
        else
        {
            operation = journal.Fail(operation, fault);
        }
    }

    private static ImmutableDictionary<string, string> Arguments(string snapshot, string held)
    {
        var arguments = ImmutableDictionary<string, string>.Empty.Add(SnapshotArgument, snapshot);
        return held.Length == 0 ? arguments : arguments.Add(HeldArgument, held);
    }
}
