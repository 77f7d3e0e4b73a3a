using NodeAgent.Contract;

namespace NodeAgent.Daemon.Units;

/// <summary>
/// What copies on this node had beyond their writer, put away when they became copies again. The agent never deletes it;
/// it is here for an operator to read, and to delete.
/// </summary>
public sealed class KeptHeads(UnitWorld world, Action changed)
{
    /// <summary>All of it, the oldest first.</summary>
    public async Task<Outcome<IReadOnlyList<KeptHead>>> ListAsync(CancellationToken cancellation)
    {
        var all = new List<KeptHead>();
        foreach (var rejoin in world.Backends().Values.Select(backend => backend.Ability<IRejoin>()).OfType<IRejoin>())
        {
            var listed = await rejoin.ListKeptAsync(cancellation);
            if (!listed.IsOk)
            {
                return listed.Fault;
            }

            all.AddRange(listed.Value);
        }

        return Outcome.Ok<IReadOnlyList<KeptHead>>([.. all.OrderBy(kept => kept.Since).ThenBy(kept => kept.Unit.ToString(), StringComparer.Ordinal)]);
    }

    /// <summary>The same for people, and what copies held that gave way to another: the storage below them has it, as no unit.</summary>
    public async Task<Outcome<IReadOnlyList<KeptLine>>> ShowAsync(CancellationToken cancellation)
    {
        var heads = await ListAsync(cancellation);
        var given = heads.IsOk ? await ListGivenUpAsync(cancellation) : heads.Fault;
        return given.IsOk
            ? Outcome.Ok<IReadOnlyList<KeptLine>>([.. heads.Value.Select(head => KeptLine.From(world.Self, head)).Concat(given.Value.Select(copy => KeptLine.From(world.Self, copy))).OrderBy(line => line.Since)])
            : given.Fault;
    }

    /// <summary>Deletes one of them with all its volumes; nothing else goes by such a name. Cut off, it can be given again.</summary>
    public async Task<Outcome<KeptHead>> DeleteAsync(string name, CancellationToken cancellation)
    {
        var what = $"cannot delete the kept head {name}";
        var listed = await ListAsync(cancellation);
        if (!listed.IsOk)
        {
            return listed.Fault;
        }

        var meant = listed.Value.Where(kept => kept.Unit.Name == name || kept.Unit.ToString() == name).ToList();
        if (meant.Count != 1)
        {
            return await StorageOwnAsync(name, what, cancellation) ?? new Fault(
                FaultCode.NotFound, what, meant.Count == 0 ? "nothing of that name is kept on this node" : "several backends keep one of that name",
                "'nodeagent kept list' on its node; with BACKEND: before it where names repeat.", Retry.Never);
        }

        // A unit that has a record is in use, whatever marks it bears.
        if (world.Registry.Find(meant[0].Unit) is not null || world.Volumes(meant[0].Unit.Backend) is not { } volumes)
        {
            return new Fault(FaultCode.PreconditionFailed, what, "it is a unit in use, or its backend is not ready", "Look at 'nodeagent status'.", Retry.AfterLook);
        }

        var there = await volumes.ListAsync(cancellation);
        foreach (var volume in there.IsOk ? there.Value.Where(volume => volume.Id.Unit == meant[0].Unit) : [])
        {
            var deleted = await volumes.DeleteAsync(volume.Id, cancellation);
            if (!deleted.IsOk)
            {
                return deleted.Fault;
            }
        }

        changed();
        return there.IsOk ? meant[0] : there.Fault;
    }

    private async Task<Outcome<IReadOnlyList<GivenUpCopy>>> ListGivenUpAsync(CancellationToken cancellation)
    {
        var all = new List<GivenUpCopy>();
        foreach (var choice in world.Backends().Values.Select(backend => backend.Ability<ICopyChoice>()).OfType<ICopyChoice>())
        {
            var listed = await choice.ListGivenUpAsync(cancellation);
            if (!listed.IsOk)
            {
                return listed.Fault;
            }

            all.AddRange(listed.Value);
        }

        return all;
    }

    // What the storage itself keeps is its own programs' to delete; whoever names it is told which.
    private async Task<Fault?> StorageOwnAsync(string name, string what, CancellationToken cancellation)
    {
        var given = await ListGivenUpAsync(cancellation);
        return given.IsOk && given.Value.FirstOrDefault(copy => copy.KeptAs == name) is { } copy
            ? new Fault(FaultCode.PreconditionFailed, what, "it is a snapshot of the storage below the copy, and no unit", $"On {world.Self}: {copy.DeletedBy}", Retry.Never)
            : null;
    }
}
