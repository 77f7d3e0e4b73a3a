using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend.Files;
using NodeAgent.Plugins.DirectoryBackend.Units;

namespace NodeAgent.Plugins.DirectoryBackend.Abilities;

/// <summary>Who writes a unit: on a copy there is no file where services look for one.</summary>
internal sealed class DirectoryRoles(UnitGate gate) : IRoles
{
    /// <inheritdoc/>
    public Task<Outcome<RoleReport>> GetRoleAsync(UnitId unit, CancellationToken cancellation) =>
        gate.LookAsync<RoleReport>(unit, $"cannot read the role of {unit}", (f, r) => Report(f, r), cancellation);

    /// <inheritdoc/>
    public Task<Outcome<PromotePlan>> PlanPromoteAsync(UnitId unit, CancellationToken cancellation) =>
        gate.LookAsync(unit, $"cannot plan to promote {unit}", (f, r) => Plan(f, r, cancellation), cancellation);

    /// <inheritdoc/>
    public Task<Outcome<RoleReport>> PromoteAsync(
        WriteGrant grant, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var what = $"cannot promote {grant.Unit}";
        return gate.ChangeAsync(grant.Unit, what, (f, r) => Promote(f, r, grant, progress, what, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public Task<Outcome<RoleReport>> DemoteAsync(
        UnitId unit, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var what = $"cannot demote {unit}";
        return gate.ChangeAsync(unit, what, (f, r) => Demote(f, r, what), cancellation);
    }

    private static RoleReport Report(UnitFolder folder, UnitRecord? record)
    {
        if (record is null)
        {
            return new RoleReport(folder.Unit, Role.Absent, Epoch.None, $"no {folder.RecordPath}");
        }

        var epoch = new Epoch(record.Epoch);
        if (record.IsWriter)
        {
            return new RoleReport(folder.Unit, Role.Writer, epoch, "writer");
        }

        // A crash in mid-change can leave a head within reach; the next change puts it away.
        var reachable = record.Heads.Keys.FirstOrDefault(v => File.Exists(folder.Head(v)));
        return reachable is null
            ? new RoleReport(folder.Unit, Role.Reader, epoch, "copy")
            : new RoleReport(folder.Unit, Role.Unknown, epoch, $"copy, but {folder.Head(reachable)} is there");
    }

    // A unit that is not here cannot be promoted: NotFound, where looking at its role says Absent.
    private static Fault Absent(UnitId unit, string what) => new(
        FaultCode.NotFound, what, $"this node holds no copy of {unit}",
        "Choose a node that holds one: nodeagent status.", Retry.Never);

    private Outcome<PromotePlan> Plan(UnitFolder folder, UnitRecord? record, CancellationToken cancellation)
    {
        if (record is null)
        {
            return Absent(folder.Unit, $"cannot plan to promote {folder.Unit}");
        }

        var blockers = Blockers(record, $"promote {folder.Unit}") is { } blocker ? new[] { blocker.Why } : [];
        if (record.IsWriter)
        {
            return new PromotePlan(
                folder.Unit, null, LossEstimate.Unknown("this node is the writer; it knows of no other's writes"),
                ["Store the new epoch."], blockers);
        }

        var newest = record.NewestComplete;
        if (record.Heads.Count > 0)
        {
            var unsaved = record.Heads.Keys.Any(v =>
                HeadCopies.Changed(folder, record, v, gate.Disk, cancellation) != Answer.No);
            return new PromotePlan(
                folder.Unit, unsaved ? null : newest?.Name,
                new LossEstimate(LossConfidence.UpperBound, newest?.CreatedAt, "the head that this node wrote, closed at its demotion"),
                ["Store the epoch.", "Put the closed heads back in place."], blockers);
        }

        var loss = newest is null
            ? LossEstimate.Unknown("there is no complete snapshot")
            : new LossEstimate(
                LossConfidence.UpperBound, newest.CreatedAt,
                $"snapshot {newest.Name}, guid {string.Join(",", newest.Guids.Values)} verified when it was received");
        return new PromotePlan(
            folder.Unit, newest?.Name, loss, ["Store the epoch.", $"Make heads of snapshot {newest?.Name}."], blockers);
    }

    private static Fault? Blockers(UnitRecord record, string what) =>
        record.Heads.Count > 0 || record.NewestComplete is not null
            ? null
            : new Fault(
                FaultCode.PreconditionFailed, $"cannot {what}", "no snapshot has arrived here with all its volumes",
                "Let replication finish once, or choose another node.", Retry.AfterFix);

    private Outcome<RoleReport> Promote(
        UnitFolder folder,
        UnitRecord? record,
        WriteGrant grant,
        IProgress<OperationProgress>? progress,
        string what,
        CancellationToken cancellation)
    {
        if (record is null)
        {
            return Absent(folder.Unit, what);
        }

        if (Grants.CheckHolder(grant, folder.Unit, gate.Context, what) is { } refused)
        {
            return refused;
        }

        var taken = grant.Epoch.Value == record.Epoch && record.Holder != grant.Holder.Value;
        if (grant.Epoch.Value < record.Epoch || taken)
        {
            return Grants.Stale(grant.Epoch, record.Epoch, what);
        }

        if (Blockers(record, $"promote {folder.Unit}") is { } blocker)
        {
            return blocker;
        }

        var locked = gate.TakeWriterLock(folder, what);
        if (!locked.IsOk)
        {
            return locked.Fault;
        }

        if (record.IsWriter && record.Epoch == grant.Epoch.Value)
        {
            return Report(folder, record);
        }

        progress?.Report(new OperationProgress("storing epoch", null, null, CanCancel: true));
        var next = record with { Epoch = grant.Epoch.Value, Holder = grant.Holder.Value };
        if (!record.IsWriter && record.Heads.Count == 0)
        {
            var newest = record.NewestComplete!;
            progress?.Report(new OperationProgress("making heads", null, newest.Present.Values.Sum(), CanCancel: true));

            // The epoch is kept before anything else: a copy that cannot become the writer still knows it.
            folder.Save(next);
            next = HeadCopies.Stage(folder, folder, next, newest, gate, cancellation).Without(s => s.Order > newest.Order);
        }

        next = next with { IsWriter = true };
        folder.Save(next);
        return Report(folder, UnitRecovery.Run(folder, next, gate.Disk));
    }

    private Outcome<RoleReport> Demote(UnitFolder folder, UnitRecord? record, string what)
    {
        if (record is not { IsWriter: true })
        {
            gate.ReleaseWriterLock(folder);
            return Report(folder, record);
        }

        var locked = gate.TakeWriterLock(folder, what);
        if (!locked.IsOk)
        {
            return locked.Fault;
        }

        if (InUse(folder.Head, record, what) is { } used)
        {
            return used;
        }

        foreach (var volume in record.Heads.Keys)
        {
            var path = folder.Head(volume);
            using (var head = SparseFile.OpenForReading(path))
            {
                gate.Disk.Sync(head, path);
            }

            gate.Disk.SetMode(path, Disk.ReadOnly);
            gate.Disk.Move(path, folder.ClosedHead(volume));
        }

        // Nobody can open them by name any more; who did so at the last moment is seen now.
        if (InUse(folder.ClosedHead, record, what) is { } late)
        {
            UnitRecovery.Run(folder, record, gate.Disk);
            return late;
        }

        var next = record with { IsWriter = false };
        folder.Save(next);
        gate.ReleaseWriterLock(folder);
        return Report(folder, next);
    }

    private static Fault? InUse(Func<string, string> place, UnitRecord record, string what)
    {
        var used = record.Heads.Keys.FirstOrDefault(v => OpenWriters.Any(place(v)) switch
        {
            Answer.Yes => true,
            Answer.No => false,
            _ => OpenWriters.Names(place(v)).Count > 0,
        });
        if (used is null)
        {
            return null;
        }

        var users = string.Join(", ", OpenWriters.Names(place(used)));
        return new Fault(
            FaultCode.InUse, what, $"volume {used} is open for writing by {(users.Length > 0 ? users : "a process")}",
            "Stop the service that uses it.", Retry.AfterFix)
        {
            Facts = new Dictionary<string, string> { ["volume"] = used, ["users"] = users },
        };
    }
}
