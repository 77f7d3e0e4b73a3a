using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend.Files;
using NodeAgent.Plugins.DirectoryBackend.Units;

namespace NodeAgent.Plugins.DirectoryBackend.Abilities;

/// <summary>Volumes as sparse files.</summary>
internal sealed class DirectoryVolumes(UnitGate gate) : IVolumes
{
    /// <inheritdoc/>
    public Task<Outcome<Volume>> CreateAsync(VolumeSpec spec, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot create volume {spec.Id}";
        return Check(spec, what) is { } wrong
            ? Task.FromResult(new Outcome<Volume>(wrong))
            : gate.ChangeAsync(spec.Id.Unit, what, (f, r) => Create(f, r, spec, grant, what), cancellation);
    }

    /// <inheritdoc/>
    public Task<Outcome<Volume>> ExpandAsync(VolumeId volume, long bytes, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot expand volume {volume}";
        return gate.ChangeAsync(volume.Unit, what, (f, r) => Expand(f, r, volume, bytes, grant, what), cancellation);
    }

    /// <inheritdoc/>
    public async Task<Outcome> DeleteAsync(VolumeId volume, CancellationToken cancellation)
    {
        var what = $"cannot delete volume {volume}";
        var deleted = await gate.ChangeAsync<bool>(volume.Unit, what, (f, r) => Delete(f, r, volume, what), cancellation);
        return deleted.WithoutValue();
    }

    /// <inheritdoc/>
    public Task<Outcome<Volume>> GetAsync(VolumeId volume, CancellationToken cancellation)
    {
        var what = $"cannot find volume {volume}";
        return gate.LookAsync<Volume>(
            volume.Unit,
            what,
            (f, r) => r is not null && r.Volumes.Contains(volume.Name, StringComparer.Ordinal)
                ? Shown(f, r, volume.Name)
                : Missing(volume, what),
            cancellation);
    }

    /// <inheritdoc/>
    public Task<Outcome<IReadOnlyList<Volume>>> ListAsync(CancellationToken cancellation) =>
        gate.RunAsync<IReadOnlyList<Volume>>($"cannot list volumes in {gate.Root}", null, List, cancellation);

    /// <summary>The fault for a volume that is not here.</summary>
    public static Fault Missing(VolumeId volume, string what) => new(
        FaultCode.NotFound, what, $"{volume} is not on this node",
        "See 'nodeagent volume list' for what is.", Retry.Never);

    private static Volume Shown(UnitFolder folder, UnitRecord record, string volume)
    {
        var id = new VolumeId(folder.Unit, volume);
        var used = record.Snapshots.Where(s => s.Present.ContainsKey(volume))
            .Sum(s => SparseFile.UseOf(folder.SnapshotFile(s.Name, volume)));
        if (!record.Heads.ContainsKey(volume))
        {
            return new Volume(id, VolumeKind.Block, record.NewestOf(volume)!.Present[volume], used, null);
        }

        var path = folder.CurrentHead(record, volume);
        return new Volume(
            id, VolumeKind.Block, new FileInfo(path).Length, used + SparseFile.UseOf(path), record.IsWriter ? path : null);
    }

    private static Fault? Check(VolumeSpec spec, string what)
    {
        if (!Names.IsValid(spec.Id.Name))
        {
            return Names.Invalid("volume", spec.Id.Name);
        }

        if (spec.Kind != VolumeKind.Block)
        {
            return new Fault(
                FaultCode.Unsupported, what, "the directory backend has block volumes only",
                "Choose kind 'block', or a backend with file systems such as zfs.", Retry.Never);
        }

        if (spec.Bytes is <= 0 or > Limits.LargestVolume)
        {
            return new Fault(
                FaultCode.OutOfRange, what, $"{spec.Bytes} bytes is not between 1 and {Limits.LargestVolume}",
                "Choose another size.", Retry.Never);
        }

        return spec.Properties.Count == 0 && spec.Profile is "" or "default"
            ? null
            : new Fault(
                FaultCode.InvalidArgument, what, "the directory backend knows no profiles and takes no properties",
                "Leave 'profile' and 'properties' out.", Retry.Never);
    }

    private Outcome<Volume> Create(UnitFolder folder, UnitRecord? found, VolumeSpec spec, WriteGrant grant, string what)
    {
        if (found is null && Grants.CheckHolder(grant, folder.Unit, gate.Context, what) is { } notOurs)
        {
            return notOurs;
        }

        var record = found ?? new UnitRecord
        {
            Uuid = Guid.NewGuid().ToString("n"),
            IsWriter = true,
            Epoch = grant.Epoch.Value,
            Holder = grant.Holder.Value,
        };
        if (Grants.CheckWriter(grant, folder.Unit, record, gate.Context, what) is { } refused)
        {
            return refused;
        }

        var locked = gate.TakeWriterLock(folder, what);
        if (!locked.IsOk)
        {
            return locked.Fault;
        }

        if (record.Volumes.Contains(spec.Id.Name, StringComparer.Ordinal))
        {
            var there = Shown(folder, record, spec.Id.Name);
            return there.Bytes == spec.Bytes
                ? there
                : new Fault(
                    FaultCode.AlreadyExists, what, $"it exists with {there.Bytes} bytes, {spec.Bytes} were asked for",
                    "Expand it, or choose another name.", Retry.Never);
        }

        folder.MakeFolders();
        record = MakeHead(folder, record, spec);
        return Shown(folder, record, spec.Id.Name);
    }

    private UnitRecord MakeHead(UnitFolder folder, UnitRecord record, VolumeSpec spec)
    {
        var name = spec.Id.Name;
        var path = folder.IncomingHead(name);
        using (var file = gate.Disk.MakeFile(path))
        {
            gate.Disk.Resize(file, spec.Bytes, path);
            gate.Disk.Sync(file, path);
        }

        gate.Disk.SetMode(path, Disk.Writable);
        var next = record.WithHead(name, new HeadRecord(null, 0, false)) with { Install = [name] };
        folder.Save(next);
        return UnitRecovery.Run(folder, next, gate.Disk);
    }

    private Outcome<Volume> Expand(
        UnitFolder folder, UnitRecord? record, VolumeId volume, long bytes, WriteGrant grant, string what)
    {
        if (record is null || !record.Volumes.Contains(volume.Name, StringComparer.Ordinal))
        {
            return Missing(volume, what);
        }

        if (Grants.CheckWriter(grant, folder.Unit, record, gate.Context, what) is { } refused)
        {
            return refused;
        }

        var locked = gate.TakeWriterLock(folder, what);
        if (!locked.IsOk)
        {
            return locked.Fault;
        }

        if (!record.Heads.ContainsKey(volume.Name))
        {
            return Missing(volume, what);
        }

        var path = folder.Head(volume.Name);
        var now = new FileInfo(path).Length;
        if (bytes < now || bytes > Limits.LargestVolume)
        {
            return new Fault(
                FaultCode.OutOfRange, what, $"it has {now} bytes; {bytes} is smaller than that or more than 1 TiB",
                "A volume can only grow. To shrink, create a smaller one and copy.", Retry.Never);
        }

        if (bytes > now)
        {
            using var file = gate.Disk.OpenForWriting(path);
            gate.Disk.Resize(file, bytes, path);
            gate.Disk.Sync(file, path);
        }

        return Shown(folder, record, volume.Name);
    }

    private Outcome<bool> Delete(UnitFolder folder, UnitRecord? record, VolumeId volume, string what)
    {
        if (record is null || !record.Volumes.Contains(volume.Name, StringComparer.Ordinal))
        {
            DeletePartial(folder, volume.Name);
            return true;
        }

        var locked = record.IsWriter ? gate.TakeWriterLock(folder, what) : Outcome.Done;
        if (!locked.IsOk)
        {
            return locked.Fault;
        }

        if (Users(folder, record, volume.Name, what) is { } inUse)
        {
            return inUse;
        }

        DeletePartial(folder, volume.Name);
        var without = WithoutVolume(record, volume.Name);
        if (without.Volumes.Any())
        {
            folder.Save(without);
            gate.Disk.Delete(folder.Head(volume.Name));
            UnitRecovery.Sweep(folder, without, gate.Disk);
            return true;
        }

        DeleteUnit(folder);
        return true;
    }

    private void DeletePartial(UnitFolder folder, string volume)
    {
        gate.Disk.Delete(folder.PartialRecord(volume));
        gate.Disk.Delete(folder.PartialFile(volume));
    }

    // The rename is the moment of deletion; what is in the graveyard is swept now or at the next deletion.
    private void DeleteUnit(UnitFolder folder)
    {
        gate.Disk.MakeFolder(folder.Graveyard);
        gate.Disk.MoveFolder(folder.Folder, Path.Combine(folder.Graveyard, Guid.NewGuid().ToString("n")));
        gate.ReleaseWriterLock(folder);
        foreach (var dead in Directory.EnumerateDirectories(folder.Graveyard))
        {
            gate.Disk.Delete(dead);
        }
    }

    private static UnitRecord WithoutVolume(UnitRecord record, string volume)
    {
        var snapshots = record.Snapshots
            .Select(s => s with
            {
                Guids = s.Guids.Where(g => g.Key != volume).ToDictionary(),
                Present = s.Present.Where(p => p.Key != volume).ToDictionary(),
            })
            .Where(s => s.Present.Count > 0);
        return record.WithHead(volume, null) with { Snapshots = [.. snapshots] };
    }

    private static Fault? Users(UnitFolder folder, UnitRecord record, string volume, string what)
    {
        var facts = new Dictionary<string, string>();
        var holds = record.Snapshots.Where(s => s.Present.ContainsKey(volume))
            .SelectMany(s => s.Holds.Select(tag => $"{tag} on {s.Name}"));
        if (string.Join(", ", holds) is { Length: > 0 } holders)
        {
            facts["holders"] = holders;
        }

        var head = folder.CurrentHead(record, volume);
        if (record.Heads.ContainsKey(volume) && OpenWriters.Any(head) == Answer.Yes)
        {
            facts["users"] = string.Join(", ", OpenWriters.Names(head));
        }

        return facts.Count == 0
            ? null
            : new Fault(
                FaultCode.InUse, what, string.Join("; ", facts.Select(f => $"{f.Key}: {f.Value}")),
                "Stop what uses it and release the holds.", Retry.AfterFix) { Facts = facts };
    }

    private Outcome<IReadOnlyList<Volume>> List()
    {
        var volumes = new List<Volume>();
        foreach (var unit in gate.Units())
        {
            var folder = gate.FolderOf(unit);
            var record = folder.Load();
            if (!record.IsOk)
            {
                return record.Fault;
            }

            if (record.Value is { } found)
            {
                volumes.AddRange(found.Volumes.Select(v => Shown(folder, found, v)));
            }
        }

        return volumes;
    }
}
