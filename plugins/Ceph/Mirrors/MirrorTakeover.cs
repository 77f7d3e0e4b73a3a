using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Mirrors;

/// <summary>
/// This site becomes the source of a unit: told in the index as away, each volume promoted, then sizes and snapshots told as they
/// are now, and last that it may be opened. Cut off anywhere before that, nobody opens it. All members block.
/// </summary>
internal sealed class MirrorTakeover(UnitGate gate, UnitId unit, string what)
{
    public Outcome Run(Connection connection, UnitEntries entries, UnitMirror seen, bool force)
    {
        var own = entries.Unit is null ? CheckOwn(connection, seen) : Outcome.Done;
        var known = own.IsOk ? Known(connection, entries, seen) : own.Fault!;
        var begun = known.IsOk ? Begin(connection, entries, known.Value) : known.Fault!;
        if (!begun.IsOk)
        {
            return begun.Fault!;
        }

        foreach (var volume in seen.Volumes.Where(volume => volume.Role == SiteRole.Copy))
        {
            var promoted = MirrorChange.With(
                gate, connection, volume.Volume, what, image => MirrorFaults.OfPromotion(RbdMirror.Promote(image, force), volume.Volume, what));
            if (!promoted.IsOk)
            {
                return promoted;
            }
        }

        return End(connection, entries, known.Value!, begun.Value, seen);
    }

    // Two backends may share a pool: a unit that is in the other one's index would get a second.
    private Outcome CheckOwn(Connection connection, UnitMirror seen)
    {
        foreach (var volume in seen.Volumes)
        {
            var told = MirrorChange.With(gate, connection, volume.Volume, what, image => MirrorOwner.Check(image, volume.Volume, what));
            if (!told.IsOk)
            {
                return told;
            }
        }

        return Outcome.Done;
    }

    // Nobody can have open what the index does not know. What came from the other site as a whole was half rolled back once, and is not any more.
    private Outcome<UnitRecord> Known(Connection connection, UnitEntries entries, UnitMirror seen)
    {
        var record = entries.Unit?.Record ?? new UnitRecord(0, "", IsOpen: false, [], [], null);
        if (record.RollingBack is null)
        {
            return record;
        }

        foreach (var volume in seen.Volumes)
        {
            var came = false;
            var asked = MirrorChange.With(gate, connection, volume.Volume, what, image => Came(image, out came));
            if (!asked.IsOk)
            {
                return asked.Fault!;
            }

            if (volume.Role != SiteRole.Copy || !came)
            {
                return record;
            }
        }

        return record with { RollingBack = null };
    }

    private Outcome Came(ImageHandle image, out bool came)
    {
        var asked = MirrorCalls.IsFromOther(image, what);
        came = asked is { IsOk: true, Value: true };
        return asked.WithoutValue();
    }

    // The rollback goes with it: cut off after this, the volumes that are sources already would not tell where they came from.
    private Outcome<byte[]> Begin(Connection connection, UnitEntries entries, UnitRecord record)
    {
        return Store(connection, [new IndexEntry(Keys.Unit(unit.Name), entries.Unit?.Bytes ?? [])], record with { Away = $"being taken over by {gate.Context.Node}" }, []);
    }

    private Outcome End(Connection connection, UnitEntries entries, UnitRecord record, byte[] begun, UnitMirror seen)
    {
        var guids = new HashSet<string>(StringComparer.Ordinal);
        var changes = new List<IndexEntry>();
        foreach (var volume in seen.Volumes)
        {
            var told = MirrorChange.With(gate, connection, volume.Volume, what, image => Tell(image, volume.Volume, entries, guids, changes));
            if (!told.IsOk)
            {
                return told;
            }
        }

        // Copied anew, an image is another one: what the index knew of its snapshots before is gone.
        changes.AddRange(entries.Snapshots.Where(snapshot => !snapshot.Value.Record.Guids.Values.All(guids.Contains))
            .Select(snapshot => new IndexEntry(Keys.Snapshot(unit.Name, snapshot.Key), [])));
        return Store(connection, [new IndexEntry(Keys.Unit(unit.Name), begun)], record with { Away = null }, changes).WithoutValue();
    }

    private Outcome Tell(ImageHandle image, VolumeId volume, UnitEntries entries, HashSet<string> guids, List<IndexEntry> changes)
    {
        var (isPrimary, size, id) = (MirrorCalls.IsPrimary(image, what), ImageCalls.Size(image, what), ImageCalls.Id(image, what));
        var snapshots = ImageCalls.Snapshots(image, what);
        if ((isPrimary.Fault ?? size.Fault ?? id.Fault ?? snapshots.Fault) is { } wrong)
        {
            return wrong;
        }

        if (isPrimary.Value == false)
        {
            return new Fault(FaultCode.PreconditionFailed, what, $"{volume} is not the source although it was told to be", "Give the order again.", Retry.AfterLook);
        }

        guids.UnionWith(snapshots.Value.Select(snapshot => ImageCalls.Guid(id.Value, snapshot.Id)));
        var known = entries.Volumes.GetValueOrDefault(volume.Name);
        var record = (known?.Record ?? new VolumeRecord(0, IsMade: true, gate.Options.DataPool)) with { Bytes = size.Value, IsMade = true, Image = id.Value };
        if (known is null || known.Record != record)
        {
            changes.Add(new IndexEntry(Keys.Volume(unit.Name, volume.Name), UnitIndex.Bytes(record)));
        }

        return Outcome.Done;
    }

    private Outcome<byte[]> Store(Connection connection, IReadOnlyList<IndexEntry> expected, UnitRecord next, IReadOnlyList<IndexEntry> more)
    {
        var bytes = UnitIndex.Bytes(next);
        var told = gate.Index.Change(connection.Io, expected, [new IndexEntry(Keys.Unit(unit.Name), bytes), .. more], what);
        return told.IsOk ? bytes : told.Fault!;
    }
}
