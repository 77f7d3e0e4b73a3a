using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;

namespace NodeAgent.Plugins.ZfsBackend.Volumes;

/// <summary>Makes the datasets of units and volumes.</summary>
internal sealed class Creation(Parts parts)
{
    /// <summary>Makes a volume and, if it is the first, its unit.</summary>
    public async Task<Outcome> MakeAsync(
        UnitState unit, VolumeSpec spec, IReadOnlyList<string> properties, Epoch epoch, string what, CancellationToken cancellation)
    {
        if (unit.CheckMade(what) is { } foreign)
        {
            return foreign;
        }

        if (!unit.Exists)
        {
            var made = await MakeUnitAsync(unit.Dataset, epoch, Keys.Own, what, cancellation);
            if (!made.IsOk)
            {
                return made;
            }
        }

        string[] kind = spec.Kind == VolumeKind.Block
            ? ["-s", "-V", spec.Bytes.ToString(CultureInfo.InvariantCulture)]
            : ["-u", "-o", "canmount=noauto", "-o", $"refquota={(spec.Bytes == 0 ? "none" : spec.Bytes.ToString(CultureInfo.InvariantCulture))}"];
        List<string> arguments =
        [
            "create", .. kind, "-o", $"{Keys.Profile}={Profiles.NameOf(spec)}", .. properties.SelectMany(property => new[] { "-o", property }),
            parts.Layout.Volume(spec.Id),
        ];
        return await RunAsync(arguments, what, cancellation);
    }

    /// <summary>Makes the unit's own dataset, which takes no files, and the root before it if need be.</summary>
    public async Task<Outcome> MakeUnitAsync(string dataset, Epoch epoch, string head, string what, CancellationToken cancellation)
    {
        var claimed = await parts.Units.ClaimAsync(what, cancellation);
        if (!claimed.IsOk && claimed.Fault.Code != FaultCode.NotFound)
        {
            return claimed;
        }

        List<string> arguments =
        [
            "create", "-u", "-o", "canmount=off", "-o", $"readonly={(head == Keys.Own ? "off" : "on")}",
            "-o", $"{Keys.Epoch}={epoch}", "-o", $"{Keys.Head}={head}", dataset,
        ];
        if (!claimed.IsOk)
        {
            var root = await RunAsync(
                [
                    "create", "-u", "-p", "-o", "canmount=off", "-o", $"mountpoint={parts.Layout.Mountpoint}",
                    "-o", $"{Keys.Owner}={parts.Layout.Owner}", parts.Layout.Root,
                ],
                what,
                cancellation);

            // "-p" is content with a root that somebody made in between, and that may be another's.
            claimed = root.IsOk ? await parts.Units.ClaimAsync(what, cancellation) : root;
            if (!claimed.IsOk)
            {
                return claimed;
            }
        }

        return await RunAsync(arguments, what, cancellation);
    }

    private async Task<Outcome> RunAsync(IReadOnlyList<string> arguments, string what, CancellationToken cancellation) =>
        AcceptExisting(await parts.Tool.ChangeAsync(what, arguments, cancellation));

    // Somebody was faster, or an earlier try was cut off after it had worked; who asked reads back what is there.
    private static Outcome AcceptExisting(Outcome<string> made) =>
        made is { IsOk: false, Fault.Code: FaultCode.AlreadyExists } ? Outcome.Done : made.WithoutValue();
}
