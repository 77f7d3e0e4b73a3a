using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Units;
using NodeAgent.Simulation.Judging;
using NodeAgent.Simulation.Nodes;
using NodeAgent.Simulation.Scenarios;

namespace NodeAgent.Simulation.Running;

/// <summary>A node that believes itself the writer and is not: all it asks of a copy must be refused.</summary>
internal sealed class Rogue(IReadOnlyList<SimNode> copies)
{
    private static readonly NodeId Self = new("n9");

    /// <summary>Tries one thing on one copy.</summary>
    public void Try(Happening happening, UnitRecord real)
    {
        var copy = copies[(happening.Node - 2) % copies.Count];
        if (copy.Registry.Find(World.Unit) is null)
        {
            // A copy that has never heard of the unit cannot know better.
            return;
        }

        // Not the agent under test calls here, and storage faults are not for it: a copy of its code, in quiet weather.
        var told = real with { Writer = Self, Revision = real.Revision + 100 };
        var (what, refusal) = happening.Amount switch
        {
            0 => ("record in the same epoch", copy.Registry.Adopt(told, Self, copy.Id).Fault),
            1 => ("record of an older epoch", copy.Registry.Adopt(told with { Epoch = new Epoch(0) }, Self, copy.Id).Fault),
            2 => ("record that names another", copy.Registry.Adopt(real with { Epoch = new Epoch(9) }, Self, copy.Id).Fault),
            _ => ("word that nothing changed", Note(copy, told)),
        };
        Judge.LookAtRogue(what, refusal);
    }

    private static Fault? Note(SimNode copy, UnitRecord told)
    {
        var noted = copy.Copies.NoteUnchangedAsync(told, new UnchangedSince("na-1-1", new Dictionary<string, string>(StringComparer.Ordinal) { ["v1"] = "0" }, DateTimeOffset.MaxValue), Self, CancellationToken.None);
        return noted.IsCompletedSuccessfully ? noted.Result.Fault : null;
    }
}
