using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend.Choices;

/// <summary>
/// The snapshots that copies on this node left when they gave way, found by their names below what each resource lies on. Told
/// by the storage alone: nothing of them stands in a certificate once a choice has ended.
/// </summary>
internal sealed class GivenUpCopies(Parts parts)
{
    private const string What = "cannot list what the copy held that gave way";

    public async Task<Outcome<Listing<GivenUpCopy>>> ListAsync(CancellationToken cancellation)
    {
        List<GivenUpCopy> all = [];
        List<Fault> unread = [];
        foreach (var resource in parts.Resources)
        {
            var devices = await parts.Tool.BackingAsync(resource.Name, $"{What} of {resource.Unit}", cancellation);
            foreach (var device in devices.IsOk ? devices.Value : [])
            {
                var kept = BackingVolume.DatasetOf(device) is { } dataset ? await OfZfsAsync(resource.Unit, dataset, cancellation) : await OfLvmAsync(resource.Unit, device, cancellation);
                all.AddRange(kept.IsOk ? kept.Value : []);
                unread.AddRange(kept.IsOk ? [] : [kept.Fault]);
            }

            unread.AddRange(devices.IsOk ? [] : [devices.Fault]);
        }

        return new Listing<GivenUpCopy>(all, unread);
    }

    private async Task<Outcome<List<GivenUpCopy>>> OfZfsAsync(UnitId unit, string dataset, CancellationToken cancellation)
    {
        var listed = await parts.Tool.AskAsync($"{What} of {unit}", "zfs", ["list", "-H", "-p", "-o", "name,creation,used", "-t", "snapshot", "-d", "1", dataset], cancellation);
        if (!listed.IsOk)
        {
            return listed.Fault;
        }

        List<GivenUpCopy> found = [];
        foreach (var line in listed.Value.Split('\n').Where(line => line.StartsWith($"{dataset}@{BackingVolume.GivenUp}", StringComparison.Ordinal)))
        {
            if (line.Split('\t') is not [var name, var made, var used] || ToldNumbers.UnixSeconds(made) is not { } since || ToldNumbers.Bytes(used) is not { } bytes)
            {
                return Faults.Odd($"{What} of {unit}", "zfs says something that is not understood", line);
            }

            found.Add(new GivenUpCopy(unit, name, $"zfs destroy {name}", since, bytes));
        }

        return found;
    }

    private async Task<Outcome<List<GivenUpCopy>>> OfLvmAsync(UnitId unit, string device, CancellationToken cancellation)
    {
        // All of them: asked for a device that is none of its own, lvs fails, and that must not hide a real failure.
        var listed = await parts.Tool.AskAsync(
            $"{What} of {unit}", "lvs",
            ["--reportformat", "json", "--units", "b", "--nosuffix", "--config", "report/time_format=\"%s\"", "-o", "vg_name,lv_name,lv_path,lv_dm_path,lv_time,lv_size,data_percent"], cancellation);
        if (!listed.IsOk)
        {
            // Without its programs there is nothing of LVM.
            return listed.Fault.Code == FaultCode.ControlPlaneUnavailable ? new List<GivenUpCopy>() : listed.Fault;
        }

        var read = LogicalVolume.Read($"{What} of {unit}", listed.Value);
        return read.Map(lines => lines.FirstOrDefault(line => line.Devices.Contains(device, StringComparer.Ordinal)) is not { } below ? []
            : lines.FindAll(line => line.Group == below.Group && line.Volume.StartsWith($"{below.Volume}-{BackingVolume.GivenUp}", StringComparison.Ordinal))
                .ConvertAll(line => new GivenUpCopy(unit, $"{line.Group}/{line.Volume}", $"lvremove {line.Group}/{line.Volume}", line.Made, line.Bytes)));
    }
}
