using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Native;
using NodeAgent.Plugins.CephBackend.Snapshots;

namespace NodeAgent.Plugins.CephBackend.Mirrors;

/// <summary>
/// Does what a plan about mirroring says, volume by volume: each step may be done already, so what was cut off is given again.
/// A source is given away only after the index says that nobody here opens it, and nobody does before every volume is a
/// source again. All members block.
/// </summary>
internal sealed class MirrorChange(UnitGate gate, MirrorReader reader, MirrorSnapshots snapshots, SitePlan plan, string what)
{
    private readonly UnitId unit = plan.Order.Unit;

    public Outcome<bool> Run(Connection connection, UnitEntries entries)
    {
        var unfinished = Rollbacks.Unfinished(entries.Unit?.Record.RollingBack, what);
        var now = Look(connection, unfinished);
        if (!now.IsOk)
        {
            return now.Fault;
        }

        var (seen, fresh) = now.Value;
        // The other site's index knows nothing of it: there half of a rollback would be opened as whole.
        if (unfinished is not null && fresh.Steps.Count > 0 && MirrorPlanning.CarriesOver(plan.Order.Action))
        {
            return unfinished;
        }

        if (fresh.Blockers.Count > 0 || fresh.Fingerprint != plan.Fingerprint)
        {
            return new Fault(
                FaultCode.PreconditionFailed, what, fresh.Blockers.Count > 0 ? string.Join(' ', fresh.Blockers) : "something has changed since the plan was shown",
                "Look at it again: nodeagent ceph mirror status.", Retry.AfterLook);
        }

        if (fresh.Steps.Count == 0)
        {
            return true;
        }

        var done = plan.Order.Action switch
        {
            SiteAction.Enable => Each(connection, seen, SiteRole.None, Enable),
            SiteAction.Disable when MirrorPlanning.IsGone(seen) => Forget(connection, entries),
            SiteAction.Disable => Each(connection, seen, SiteRole.Source, (image, volume) => MirrorFaults.Of(RbdMirror.Disable(image, force: false), volume, "ending the mirroring of", what)),
            SiteAction.Snapshot => gate.Held.ContainsKey(unit.Name) ? snapshots.Take(unit, entries, what).WithoutValue() : Each(connection, seen, SiteRole.Source, (image, volume) => MirrorFaults.Of(RbdMirror.CreateSnapshot(image, out _), volume, "snapshotting", what)),
            SiteAction.Demote => Demote(connection, entries, seen),
            SiteAction.Promote => new MirrorTakeover(gate, unit, what).Run(connection, entries, seen, force: false),
            SiteAction.PromoteByForce => new MirrorTakeover(gate, unit, what).Run(connection, entries, seen, force: true),
            _ => Each(connection, seen, SiteRole.Copy, (image, volume) => MirrorFaults.Of(RbdMirror.Resync(image), volume, "copying anew", what)),
        };
        gate.Context.Log.Write(done.IsOk ? Severity.Information : Severity.Warning, $"{unit}: mirror: {plan.Order.Action}: {done.Fault?.ToString() ?? "done"}");
        return done.IsOk ? true : done.Fault!;
    }

    /// <summary>An image that is held here, or one opened for this.</summary>
    public static Outcome With(UnitGate gate, Connection connection, VolumeId volume, string what, Func<ImageHandle, Outcome> act)
    {
        if (gate.Held.GetValueOrDefault(volume.Unit.Name) is { } held && held.OwnsAll() && held.Image(volume.Name) is { } own)
        {
            return act(own);
        }

        var opened = ImageCalls.Open(connection.Io, Keys.Image(volume.Unit.Name, volume.Name), null, write: true, what);
        if (!opened.IsOk)
        {
            return opened.Fault;
        }

        using (opened.Value)
        {
            return act(opened.Value);
        }
    }

    private Outcome<(UnitMirror Seen, SitePlan Fresh)> Look(Connection connection, Fault? unfinished)
    {
        var sight = reader.Read(connection, unit.Name);
        return !sight.IsOk ? sight.Fault
            : sight.Value.Units.Count == 0 ? UnitGate.Absent(unit, what)
            : (sight.Value.Units[0], new MirrorPlanning(plan.Order, sight.Value, sight.Value.Units[0], gate.Context.Node, unfinished).Run());
    }

    private Outcome Each(Connection connection, UnitMirror seen, SiteRole role, Func<ImageHandle, VolumeId, Outcome> act)
    {
        foreach (var volume in seen.Volumes.Where(volume => volume.Role == role))
        {
            var done = With(gate, connection, volume.Volume, what, image => act(image, volume.Volume));
            if (!done.IsOk)
            {
                return done;
            }
        }

        return Outcome.Done;
    }

    // The mark first: it goes over with the first snapshot.
    private Outcome Enable(ImageHandle image, VolumeId volume)
    {
        var marked = MirrorOwner.Mark(image, volume, what);
        return marked.IsOk ? MirrorFaults.Of(RbdMirror.Enable(image, RbdMirror.ImageModeSnapshot), volume, "mirroring", what) : marked;
    }

    private Outcome Demote(Connection connection, UnitEntries entries, UnitMirror seen)
    {
        // Compared and set: a promotion that runs just now fails at its next step, and every later one is refused.
        var stored = entries.Unit!;
        if (stored.Record.IsOpen)
        {
            return MirrorFaults.OpenAgain(unit, stored.Record.Holder, what);
        }

        var key = Keys.Unit(unit.Name);
        var next = stored.Record with { Away = stored.Record.Away ?? $"given away by {gate.Context.Node}" };
        var told = gate.Index.Change(connection.Io, [new IndexEntry(key, stored.Bytes)], [new IndexEntry(key, UnitIndex.Bytes(next))], what);
        told = told.IsOk && !gate.Options.HasLocks ? ShutOut(connection, seen) : told;
        return told.IsOk
            ? Each(connection, seen, SiteRole.Source, (image, volume) => MirrorFaults.Of(RbdMirror.Demote(image), volume, "demoting", what))
            : told;
    }

    // Compared with what was read: if anybody changed it meanwhile, nothing is forgotten.
    private Outcome Forget(Connection connection, UnitEntries entries)
    {
        var images = ImageCalls.Names(connection.Io, what);
        if (!images.IsOk)
        {
            return images.Fault;
        }

        // Also of volumes whose making was cut off: without an entry nobody would know whose they are.
        if (entries.Volumes.Keys.FirstOrDefault(volume => images.Value.Contains(Keys.Image(unit.Name, volume))) is { } left)
        {
            return new Fault(FaultCode.PreconditionFailed, what, $"the image of its volume {left} is still in the pool", "Look at it: 'rbd info'. If nobody needs it: 'rbd rm', then give the order again.", Retry.AfterLook);
        }

        var (known, name) = (new List<IndexEntry> { new(Keys.Unit(unit.Name), entries.Unit!.Bytes) }, unit.Name);
        known.AddRange(entries.Volumes.Select(volume => new IndexEntry(Keys.Volume(name, volume.Key), volume.Value.Bytes)));
        known.AddRange(entries.Snapshots.Select(snapshot => new IndexEntry(Keys.Snapshot(name, snapshot.Key), snapshot.Value.Bytes)));
        return gate.Index.Change(connection.Io, known, [.. known.Select(entry => new IndexEntry(entry.Key, []))], what);
    }

    // Images without a lock keep nobody from writing while they are given away. The other site's daemon, which has them open too, connects anew.
    private Outcome ShutOut(Connection connection, UnitMirror seen)
    {
        var clients = new HashSet<string>(StringComparer.Ordinal);
        foreach (var volume in seen.Volumes.Where(volume => volume.Role == SiteRole.Source))
        {
            var asked = ImageCalls.Open(connection.Io, Keys.Image(unit.Name, volume.Volume.Name), null, write: false, what);
            if (!asked.IsOk)
            {
                return asked.Fault;
            }

            using (asked.Value)
            {
                var found = ImageCalls.Clients(asked.Value, what);
                if (!found.IsOk)
                {
                    return found.Fault;
                }

                clients.UnionWith(found.Value);
            }
        }

        clients.Remove(connection.Address);
        var added = Blocklist.ShutOut(connection, clients, gate.Context.Time.GetUtcNow(), what);
        return added.IsOk ? connection.WaitForMap(what) : added;
    }
}
