using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend.Files;
using NodeAgent.Plugins.DirectoryBackend.Units;

namespace NodeAgent.Plugins.DirectoryBackend.Abilities;

/// <summary>Keeps what only a copy has as a unit of its own, then goes back to what all have.</summary>
internal sealed class DirectoryRejoin(UnitGate gate) : IRejoin
{
    /// <inheritdoc/>
    public async Task<Outcome> RejoinAsync(UnitId unit, string? snapshot, string keepAs, CancellationToken cancellation)
    {
        var what = $"cannot make {unit} a copy again";
        var parted = await gate.LookAsync(unit, what, (f, r) => Parted(f, r, snapshot, what, cancellation), cancellation);
        if (!parted.IsOk || !parted.Value)
        {
            return parted.WithoutValue();
        }

        var kept = await gate.ChangeAsync(
            new UnitId(unit.Backend, keepAs), what, (f, r) => Keep(f, r, gate.FolderOf(unit), snapshot, what, cancellation), cancellation);
        if (!kept.IsOk)
        {
            return kept.Fault;
        }

        return (await gate.ChangeAsync(unit, what, (f, r) => GoBack(f, r, snapshot, what, cancellation), cancellation)).WithoutValue();
    }

    /// <inheritdoc/>
    public Task<Outcome<Listing<KeptHead>>> ListKeptAsync(CancellationToken cancellation)
    {
        const string What = "cannot list what copies have put away";
        return gate.RunAsync<Listing<KeptHead>>(What, null, List, cancellation);

        Outcome<Listing<KeptHead>> List()
        {
            var (kept, unread) = (new List<KeptHead>(), new List<Fault>());
            foreach (var folder in gate.Units().Select(gate.FolderOf))
            {
                var record = folder.Load();
                if (!record.IsOk)
                {
                    unread.Add(record.Fault);
                    continue;
                }

                if (record.Value?.Kept is { } mark)
                {
                    var bytes = record.Value.Heads.Keys.Sum(volume => SparseFile.UseOf(folder.CurrentHead(record.Value, volume)));
                    kept.Add(new KeptHead(folder.Unit, new UnitId(folder.Unit.Backend, mark.Unit), mark.Snapshot, mark.Since, bytes));
                }
            }

            return new Listing<KeptHead>(kept, unread);
        }
    }

    /// <summary>Whether the copy has something that would be lost.</summary>
    private Outcome<bool> Parted(UnitFolder folder, UnitRecord? record, string? snapshot, string what, CancellationToken cancellation)
    {
        if (record is null || record.IsWriter)
        {
            return Refuse(what, record is null ? "this node holds no copy of it" : "this node is its writer");
        }

        var target = snapshot is null ? null : record.FindSnapshot(snapshot);
        if (snapshot is not null && target is not { IsComplete: true })
        {
            return Refuse(what, $"there is no whole snapshot {snapshot} here");
        }

        return record.Snapshots.Any(known => target is null || known.Order > target.Order)
            || record.Heads.Keys.Any(volume => HeadCopies.Changed(folder, record, volume, gate.Disk, cancellation) != Answer.No);
    }

    private Outcome<bool> Keep(
        UnitFolder folder, UnitRecord? known, UnitFolder source, string? snapshot, string what, CancellationToken cancellation)
    {
        var loaded = source.Load();
        if (!loaded.IsOk || loaded.Value is not { } parted)
        {
            return loaded.Fault ?? Refuse(what, "its record is gone");
        }

        var origin = $"parted {parted.Uuid} {parted.Epoch}";
        if (known is not null)
        {
            return string.Equals(known.Origin, origin, StringComparison.Ordinal) ? true : new Fault(
                FaultCode.AlreadyExists, what, $"{folder.Unit} exists and is not what is to be kept", "Delete it, or rename its folder.", Retry.AfterFix);
        }

        folder.MakeFolders();
        var kept = new UnitRecord
        {
            Uuid = Guid.NewGuid().ToString("n"),
            Epoch = parted.Epoch,
            Origin = origin,
            Kept = new KeptRecord(source.Unit.Name, snapshot, gate.Context.Time.GetUtcNow()),
        };
        foreach (var volume in parted.Volumes)
        {
            var from = parted.Heads.ContainsKey(volume) ? source.CurrentHead(parted, volume)
                : parted.NewestOf(volume) is { } newest ? source.SnapshotFile(newest.Name, volume) : null;
            if (from is not null)
            {
                SparseFile.Copy(gate.Disk, from, folder.ClosedHead(volume), mayShare: true, cancellation);
                gate.Disk.SetMode(folder.ClosedHead(volume), Disk.ReadOnly);
                kept = kept.WithHead(volume, new HeadRecord(null, 0, false));
            }
        }

        folder.Save(kept);
        return true;
    }

    private Outcome<bool> GoBack(UnitFolder folder, UnitRecord? record, string? snapshot, string what, CancellationToken cancellation)
    {
        var parted = Parted(folder, record, snapshot, what, cancellation);
        if (!parted.IsOk || !parted.Value)
        {
            return parted;
        }

        var last = snapshot is null ? long.MinValue : record!.FindSnapshot(snapshot)!.Order;
        var next = record!.Without(known => known.Order > last) with
        {
            Heads = new Dictionary<string, HeadRecord>(),
            Anchors = [.. record.Anchors.Where(anchor => anchor.Order <= last)],
        };
        folder.Save(next);
        UnitRecovery.Run(folder, next, gate.Disk);
        return true;
    }

    private static Fault Refuse(string what, string why) =>
        new(FaultCode.PreconditionFailed, what, why, "Look at it again: nodeagent status.", Retry.AfterLook);
}
