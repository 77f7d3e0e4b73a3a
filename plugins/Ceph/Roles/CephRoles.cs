using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Plugins.CephBackend.Roles;

/// <summary>Who writes a unit. All nodes see one copy; the cluster itself refuses who was shut out.</summary>
internal sealed class CephRoles(UnitGate gate) : IRoles
{
    /// <inheritdoc/>
    public Task<Outcome<RoleReport>> GetRoleAsync(UnitId unit, CancellationToken cancellation) =>
        gate.LookAsync(unit, $"cannot read the role of {unit}", (c, entries) => Look(c, unit, entries, $"cannot read the role of {unit}"), cancellation);

    /// <inheritdoc/>
    public Task<Outcome<PromotePlan>> PlanPromoteAsync(UnitId unit, CancellationToken cancellation)
    {
        var what = $"cannot plan to promote {unit}";
        return gate.LookAsync<PromotePlan>(unit, what, (_, e) => e.Unit is null ? UnitGate.Absent(unit, what) : Plan(unit, e.Unit.Record), cancellation);
    }

    /// <inheritdoc/>
    public Task<Outcome<RoleReport>> PromoteAsync(
        WriteGrant grant, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var what = $"cannot promote {grant.Unit}";
        return gate.ChangeAsync(grant.Unit, what, (c, e) => Promote(c, e, grant, progress, what, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public async Task<Outcome<RoleReport>> DemoteAsync(
        UnitId unit, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var what = $"cannot demote {unit}";
        if (gate.Check(unit) is { } wrong)
        {
            return wrong;
        }

        // Closed here first: without monitors the index cannot be read, and OSDs would still take writes.
        var closed = await gate.ChangeLocallyAsync(unit, what, () => CloseHere(unit, what), cancellation);
        return closed.IsOk
            ? await gate.ChangeAsync(unit, what, (c, e) => Demote(c, e, unit, closed.Value, what), cancellation)
            : closed.Fault;
    }

    /// <summary>The role by the index and what this process holds.</summary>
    public RoleReport Report(UnitId unit, UnitEntries entries)
    {
        if (entries.Unit is not { } stored)
        {
            return new RoleReport(unit, Role.Absent, Epoch.None, "not in the index");
        }

        var record = stored.Record;
        var epoch = new Epoch(record.Epoch);
        var native = record.Told;
        if (gate.Held.GetValueOrDefault(unit.Name) is not { IsOpen: true } held || held.Epoch != record.Epoch || record.Holder != gate.Context.Node.Value)
        {
            return new RoleReport(unit, Role.Reader, epoch, native);
        }

        return held.OwnsAll()
            ? new RoleReport(unit, Role.Writer, epoch, native)
            : new RoleReport(unit, Role.Unknown, epoch, native + ", but the lock of an image is lost");
    }

    private Outcome<RoleReport> Look(Connection connection, UnitId unit, UnitEntries entries, string what)
    {
        var report = Report(unit, entries);
        if (report.Role != Role.Writer || gate.Held.GetValueOrDefault(unit.Name) is not { } held)
        {
            return report;
        }

        // Disks that do not answer just now are no reason to doubt who writes.
        return held.Exchanged(connection.Io, what) is { IsOk: true, Value: { Count: > 0 } all }
            ? report with { Role = Role.Unknown, Native = $"{report.Native}, but the image of {string.Join(", ", all)} was exchanged" }
            : report;
    }

    private static PromotePlan Plan(UnitId unit, UnitRecord record)
    {
        var steps = new List<string> { "Store the new epoch." };
        steps.AddRange(record.Clients.Select(c => $"Shut out client {c}."));
        steps.Add("Shut out every other client that has an image open, and wait for the map that says so.");
        steps.Add("Open the images and take their locks for good.");
        return new PromotePlan(
            unit, null, new LossEstimate(LossConfidence.ProvenZero, null, "one copy that all nodes share: what was acknowledged is in it"),
            steps, []);
    }

    private Outcome<RoleReport> Promote(
        Connection connection, UnitEntries entries, WriteGrant grant, IProgress<OperationProgress>? progress, string what, CancellationToken cancellation)
    {
        var unit = grant.Unit;
        if (entries.Unit is null)
        {
            return UnitGate.Absent(unit, what);
        }

        if ((Grants.Check(grant, unit, gate.Context.Node, what) ?? Grants.CheckEpoch(grant, entries.Unit.Record, what)) is { } refused)
        {
            return refused;
        }

        if (gate.Held.GetValueOrDefault(unit.Name) is { } held && held.OwnsAll() && held.Epoch == entries.Unit.Record.Epoch)
        {
            var exchanged = held.Exchanged(connection.Io, what);
            return !exchanged.IsOk ? exchanged.Fault
                : exchanged.Value.Count > 0 ? ExchangedImages.Refuse(unit.Name, exchanged.Value, what)
                : held.Epoch == grant.Epoch.Value ? Report(unit, entries) : Raise(held, entries.Unit, grant, what);
        }

        var promoted = new Promotion(gate, connection, unit, grant, what).Run(entries, progress, cancellation);
        return promoted.IsOk
            ? new RoleReport(unit, Role.Writer, grant.Epoch, $"open on {grant.Holder}")
            : promoted.Fault;
    }

    /// <summary>A newer epoch for a unit that is open here already.</summary>
    public Outcome<RoleReport> Raise(HeldUnit held, Stored<UnitRecord> stored, WriteGrant grant, string what)
    {
        var next = stored.Record with { Epoch = grant.Epoch.Value, Holder = grant.Holder.Value };
        var key = Keys.Unit(grant.Unit.Name);
        var raised = gate.Index.Change(
            held.Connection.Io, [new IndexEntry(key, stored.Bytes)], [new IndexEntry(key, UnitIndex.Bytes(next))], what);
        if (!raised.IsOk)
        {
            return raised.Fault;
        }

        held.Epoch = grant.Epoch.Value;
        return new RoleReport(grant.Unit, Role.Writer, grant.Epoch, $"open on {grant.Holder}");
    }

    private Outcome<bool> CloseHere(UnitId unit, string what)
    {
        if (gate.Held.GetValueOrDefault(unit.Name) is not { } held)
        {
            return false;
        }

        var owned = held.OwnsAll();
        if (held.Users > 0 && owned)
        {
            return new Fault(FaultCode.InUse, what, $"{held.Users} streams are open for writing", "Stop the service that uses it.", Retry.AfterFix)
            {
                Facts = new Dictionary<string, string> { ["users"] = $"process {Environment.ProcessId}, {held.Users} streams" },
            };
        }

        var flushed = owned ? held.Flush(what) : Outcome.Done;
        if (flushed.IsOk)
        {
            gate.LetGo(unit.Name);
        }

        return flushed.IsOk ? true : flushed.Fault;
    }

    /// <summary>Tells the index that the unit is closed. What is open in another process of this node is shut out.</summary>
    public Outcome<RoleReport> Demote(Connection connection, UnitEntries entries, UnitId unit, bool wasHeld, string what)
    {
        if (entries.Unit is not { } stored)
        {
            return Report(unit, entries);
        }

        var record = stored.Record;
        return record.IsOpen && record.Holder == gate.Context.Node.Value
            ? Close(connection, unit, stored, wasHeld, what)
            : new RoleReport(unit, Role.Reader, new Epoch(record.Epoch), record.Told);
    }

    // What another process of this node has open is shut out: it may be an agent that hangs.
    private Outcome<RoleReport> Close(Connection connection, UnitId unit, Stored<UnitRecord> stored, bool wasHeld, string what)
    {
        var record = stored.Record;
        var now = gate.Context.Time.GetUtcNow();
        var until = now.Add(CephOptions.ShutOutFor).ToUnixTimeSeconds();
        var fenced = record.Fenced.Where(old => wasHeld || !record.Clients.Contains(old.Address, StringComparer.Ordinal)).ToList();
        var left = wasHeld ? [] : record.Clients;
        var added = Blocklist.ShutOut(connection, left, now, what);
        if (!added.IsOk)
        {
            return added.Fault;
        }

        fenced.AddRange(left.Select(client => new FencedClient(client, until, record.Home)));

        var next = record with { IsOpen = false, Clients = [], Fenced = fenced, Home = null };
        var key = Keys.Unit(unit.Name);
        var changed = connection.WaitForMap(what);
        changed = changed.IsOk
            ? gate.Index.Change(connection.Io, [new IndexEntry(key, stored.Bytes)], [new IndexEntry(key, UnitIndex.Bytes(next))], what)
            : changed;
        return changed.IsOk
            ? new RoleReport(unit, Role.Reader, new Epoch(record.Epoch), next.Told)
            : changed.Fault;
    }
}
