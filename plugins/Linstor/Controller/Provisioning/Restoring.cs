using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Provisioning;

/// <summary>Makes a resource of a snapshot, on both nodes: definition, volumes, copies. Asked again, it goes on where it is.</summary>
internal sealed class Restoring(ControllerParts parts)
{
    private readonly Spawning spawning = new(parts);

    public async Task<Outcome> RunAsync(Resource source, Resource target, SnapshotId snapshot, string what, CancellationToken cancellation)
    {
        var armed = await spawning.ArmedAsync(what, cancellation);
        var online = armed.IsOk ? await parts.Readiness.OnlineAsync(parts.Nodes, what, cancellation) : armed;
        var there = online.IsOk ? await new SnapshotTaking(parts).FindAsync(source.Name, snapshot.Name, what, cancellation) : online.Fault;
        var definition = there.IsOk ? await parts.Looks.DefinitionAsync(target.Name, what, cancellation) : there.Fault;
        if (!definition.IsOk)
        {
            return definition.Fault;
        }

        if (there.Value is not { IsComplete: true })
        {
            return new Fault(FaultCode.NotFound, what, $"LINSTOR has no such snapshot of {source.Name}", "Look at 'linstor snapshot list'.", Retry.AfterLook);
        }

        // What this began is known by its mark: nothing else of that name is gone on with.
        var mark = there.Value.Id;
        if (definition.Value is { } found && found.Props.GetValueOrDefault(Mark) != mark)
        {
            return new Fault(FaultCode.AlreadyExists, what, $"LINSTOR has a resource {target.Name}, and not of this snapshot", "Choose another unit.", Retry.Never);
        }

        var made = definition.Value is null
            ? await parts.Changes.DefineAsync(target.Name, parts.Options.ResourceGroup, new Dictionary<string, string>(ResourceProps.Of(VolumeKind.Block), StringComparer.Ordinal) { [Mark] = mark }, what, cancellation)
            : Outcome.Done;
        var sized = made.IsOk && (definition.Value is null || definition.Value.Sizes.Count == 0) ? await parts.Changes.RestoreVolumesAsync(source.Name, snapshot.Name, target.Name, what, cancellation) : made;
        var copies = sized.IsOk ? await parts.Looks.ResourcesAsync([target.Name], what, cancellation) : sized.Fault;
        var placed = copies is { IsOk: true, Value.Count: 0 } ? await parts.Changes.RestoreCopiesAsync(source.Name, snapshot.Name, target.Name, parts.Nodes, what, cancellation) : copies.WithoutValue();
        return placed.IsOk ? await parts.Arrival.WholeAsync(target.Name, what, cancellation) : placed;
    }

    private const string Mark = "Aux/nodeagent/restored-from";
}
