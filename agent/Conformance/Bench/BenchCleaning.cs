using NodeAgent.Contract;

namespace NodeAgent.Conformance.Bench;

/// <summary>Takes away what a check made. What cannot be taken away stays: the check's verdict is told already.</summary>
internal sealed class BenchCleaning(TestNode node, IReadOnlyCollection<UnitId> units)
{
    public async Task RunAsync()
    {
        if (node.Commands is { } commands)
        {
            commands.Failure = CommandFailure.None;
            commands.AfterCommand = null;
        }

        if (node.Backend.Ability<IVolumes>() is not { } volumes)
        {
            return;
        }

        try
        {
            var all = await volumes.ListAsync(CancellationToken.None);
            foreach (var unit in (all.IsOk ? all.Value : []).Select(v => v.Id.Unit).Where(units.Contains).Distinct().ToList())
            {
                await ReleaseAsync(unit);
            }

            // Twice: what a clone stands on goes after the clone.
            foreach (var volume in Enumerable.Repeat(all.IsOk ? all.Value : [], 2).SelectMany(v => v).Where(v => units.Contains(v.Id.Unit)))
            {
                _ = await volumes.DeleteAsync(volume.Id, CancellationToken.None);
            }
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            // A backend that throws here has failed a check of its own; the folder is deleted next.
            return;
        }
    }

    private async Task ReleaseAsync(UnitId unit)
    {
        if (node.Backend.Ability<IReplicationStreams>() is { } streams)
        {
            _ = await streams.ForgetAnchorAsync(unit, new NodeId("n1"), CancellationToken.None);
            _ = await streams.ForgetAnchorAsync(unit, new NodeId("n2"), CancellationToken.None);
        }

        if (node.Backend.Ability<ISnapshots>() is not { } snapshots)
        {
            return;
        }

        var all = await snapshots.ListAsync(unit, CancellationToken.None);
        foreach (var snapshot in all.IsOk ? all.Value : [])
        {
            foreach (var tag in snapshot.Holds)
            {
                _ = await snapshots.ReleaseAsync(snapshot.Id, tag, CancellationToken.None);
            }
        }
    }
}
