using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Tool;

namespace NodeAgent.Plugins.ZfsBackend.Listing;

/// <summary>Looks at units: one command, however many volumes and snapshots.</summary>
internal sealed class Units(ZfsTool tool, Layout layout)
{
    private const string Heads =
        "name,guid,createtxg,creation,used,written,readonly,mounted,mountpoint,canmount,keystatus,volsize,refquota,origin,"
        + "receive_resume_token," + Keys.Epoch + "," + Keys.Head + "," + Keys.Profile + "," + Keys.Clean + "," + Keys.Owner + ","
        + Keys.Parting + "," + Keys.Kept;

    internal const string Everything = Heads + ",userrefs,clones," + Keys.Volumes + "," + Keys.Taken;

    /// <summary>One unit with all its history. Not there: a state that does not exist.</summary>
    public async Task<Outcome<UnitState>> ReadAsync(UnitId unit, string what, CancellationToken cancellation)
    {
        var dataset = layout.Unit(unit);
        var output = await tool.LookAsync(
            what,
            "zfs",
            ["list", "-j", "-p", "-r", "-t", "filesystem,volume,snapshot,bookmark", "-o", Everything, dataset],
            cancellation);
        if (!output.IsOk)
        {
            return output.Fault.Code == FaultCode.NotFound
                ? await AbsentAsync(unit, what, cancellation)
                : output.Fault;
        }

        var rows = DatasetListing.Parse(what, output.Value);
        return !rows.IsOk ? rows.Fault : OwnerFault(what, rows.Value) is { } foreign ? foreign : UnitReading.Read(what, layout, unit, rows.Value);
    }

    /// <summary>All units below the root, without history. No root: none.</summary>
    public async Task<Outcome<IReadOnlyList<UnitState>>> ListAsync(string what, CancellationToken cancellation)
    {
        var output = await tool.LookAsync(
            what, "zfs", ["list", "-j", "-p", "-r", "-d", "2", "-t", "filesystem,volume", "-o", Heads, layout.Root], cancellation);
        if (!output.IsOk)
        {
            if (output.Fault.Code != FaultCode.NotFound)
            {
                return output.Fault;
            }

            var pool = await PoolIsThereAsync(what, cancellation);
            return pool.IsOk ? new Outcome<IReadOnlyList<UnitState>>([]) : pool.Fault!;
        }

        var rows = DatasetListing.Parse(what, output.Value);
        return !rows.IsOk ? rows.Fault : OwnerFault(what, rows.Value) is { } foreign ? foreign : UnitReading.ReadAll(what, layout, rows.Value);
    }

    /// <summary>Makes this backend the root's owner if nobody is; refuses if somebody else is. NotFound: there is no root.</summary>
    public async Task<Outcome> ClaimAsync(string what, CancellationToken cancellation)
    {
        var output = await tool.LookAsync(what, "zfs", ["list", "-H", "-p", "-o", Keys.Owner, layout.Root], cancellation);
        if (!output.IsOk)
        {
            return output.Fault;
        }

        var owner = output.Value.Trim();
        if (owner != "-")
        {
            return owner.Length == 0
                ? ToolFaults.Unparseable(what, "'zfs list' told no owner of the root, not even '-'")
                : layout.CheckOwner(owner, what) is { } foreign ? foreign : Outcome.Done;
        }

        var set = await tool.ChangeAsync(what, ["set", $"{Keys.Owner}={layout.Owner}", layout.Root], cancellation);
        return set.WithoutValue();
    }

    // The owner is inherited from the root: the first row knows it, and no further command is needed.
    private Fault? OwnerFault(string what, IReadOnlyList<DatasetRow> rows) =>
        rows.FirstOrDefault(row => row.Type == "FILESYSTEM") is { } first ? layout.CheckOwner(first.Text(Keys.Owner), what) : null;

    // "dataset does not exist" is also what zfs says while the whole pool is not imported: that is not absence.
    private async Task<Outcome<UnitState>> AbsentAsync(UnitId unit, string what, CancellationToken cancellation)
    {
        var pool = await PoolIsThereAsync(what, cancellation);
        return pool.IsOk ? new UnitState(unit, layout.Unit(unit)) : pool.Fault!;
    }

    private async Task<Outcome> PoolIsThereAsync(string what, CancellationToken cancellation)
    {
        var pool = await tool.LookAsync(what, "zpool", ["list", "-H", "-p", "-o", "name,health", layout.Pool], cancellation);
        return pool.WithoutValue();
    }
}
