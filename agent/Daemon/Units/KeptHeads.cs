using NodeAgent.Contract;

namespace NodeAgent.Daemon.Units;

/// <summary>
/// What copies on this node had beyond their writer, put away when they became copies again. The agent never deletes it;
/// it is here for an operator to read, and to delete.
/// </summary>
/// <param name="world">The backends that are ready, and the records.</param>
/// <param name="notReady">The configured backends that cannot be asked now, and why.</param>
/// <param name="changed">Told that one was deleted.</param>
public sealed class KeptHeads(UnitWorld world, Func<IReadOnlyList<(BackendId Backend, string Reason)>> notReady, Action changed)
{
    /// <summary>All of it, the oldest first, and what could not be asked.</summary>
    public async Task<Listing<KeptHead>> ListAsync(CancellationToken cancellation)
    {
        var all = await AskAsync<IRejoin, KeptHead>((rejoin, stop) => rejoin.ListKeptAsync(stop), cancellation);
        var silent = notReady().Select(backend => new Fault(
            FaultCode.ControlPlaneUnavailable, $"cannot list what backend {backend.Backend} keeps", $"it is not ready: {backend.Reason}", "'nodeagent plugin list' says what it needs.", Retry.AfterFix));
        return new Listing<KeptHead>(
            [.. all.Found.OrderBy(kept => kept.Since).ThenBy(kept => kept.Unit.ToString(), StringComparer.Ordinal)], [.. silent, .. all.Unread]);
    }

    /// <summary>The same for people, and what copies held that gave way to another: the storage below them has it, as no unit.</summary>
    public async Task<Listing<KeptLine>> ShowAsync(CancellationToken cancellation)
    {
        var heads = await ListAsync(cancellation);
        var given = await ListGivenUpAsync(cancellation);
        return new Listing<KeptLine>(
            [.. heads.Found.Select(head => KeptLine.From(world.Self, head)).Concat(given.Found.Select(copy => KeptLine.From(world.Self, copy))).OrderBy(line => line.Since)],
            [.. heads.Unread, .. given.Unread]);
    }

    /// <summary>Deletes one of them with all its volumes; nothing else goes by such a name. Cut off, it can be given again.</summary>
    public async Task<Outcome<KeptHead>> DeleteAsync(string name, CancellationToken cancellation)
    {
        var what = $"cannot delete the kept head {name}";
        var listed = await ListAsync(cancellation);
        var meant = listed.Found.Where(kept => kept.Unit.Name == name || kept.Unit.ToString() == name).ToList();
        if (meant.Count == 0 && await StorageOwnAsync(name, what, cancellation) is { } own)
        {
            return own;
        }

        if (listed.Unread.Count > 0 && (meant.Count == 0 || meant[0].Unit.ToString() != name))
        {
            // Whether it is there, or there twice, nobody knows; the whole name can only mean one.
            return listed.Unread[0] with { What = $"{what}: {listed.Unread[0].What}" };
        }

        if (meant.Count != 1)
        {
            return new Fault(
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

    private Task<Listing<GivenUpCopy>> ListGivenUpAsync(CancellationToken cancellation) =>
        AskAsync<ICopyChoice, GivenUpCopy>((choice, stop) => choice.ListGivenUpAsync(stop), cancellation);

    // One backend that cannot say hides no other.
    private async Task<Listing<T>> AskAsync<TAbility, T>(Func<TAbility, CancellationToken, Task<Outcome<Listing<T>>>> ask, CancellationToken cancellation)
        where TAbility : class
    {
        var told = await Task.WhenAll(world.Backends().Values.Select(backend => backend.Ability<TAbility>()).OfType<TAbility>().Select(able => ask(able, cancellation)));
        return new Listing<T>(
            [.. told.SelectMany(listed => listed.IsOk ? listed.Value.Found : [])],
            [.. told.SelectMany(listed => listed.IsOk ? listed.Value.Unread : [listed.Fault])]);
    }

    // What the storage itself keeps is its own programs' to delete; whoever names it is told which.
    private async Task<Fault?> StorageOwnAsync(string name, string what, CancellationToken cancellation)
    {
        var given = await ListGivenUpAsync(cancellation);
        return given.Found.FirstOrDefault(copy => copy.KeptAs == name) is { } copy
            ? new Fault(FaultCode.PreconditionFailed, what, "it is a snapshot of the storage below the copy, and no unit", $"On {world.Self}: {copy.DeletedBy}", Retry.Never)
            : null;
    }
}
