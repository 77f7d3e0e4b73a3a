using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;

namespace NodeAgent.Plugins.ZfsBackend.Volumes;

/// <summary>Makes the datasets of units and volumes.</summary>
internal sealed class Creation(Parts parts)
{
    private const string Making = ".making-";

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

        string[] properties = [$"readonly={(head == Keys.Own ? "off" : "on")}", $"{Keys.Epoch}={epoch}", $"{Keys.Head}={head}"];
        return await MakeContainerAsync(dataset, properties, what, cancellation);
    }

    /// <summary>
    /// Makes a unit's own dataset with all its properties or not at all. ZFS makes a dataset first and sets its properties after
    /// that: cut off in between, one without an epoch would be there, somebody's for ever. So it is made under a name that no unit
    /// can have, and gets its own when it is whole.
    /// </summary>
    public async Task<Outcome> MakeContainerAsync(string dataset, IReadOnlyList<string> properties, string what, CancellationToken cancellation)
    {
        var place = dataset.LastIndexOf('/') + 1;
        var making = $"{dataset[..place]}{Making}{dataset[place..]}";
        IReadOnlyList<string> all = ["canmount=off", .. properties];
        var made = await parts.Tool.ChangeAsync(
            what, ["create", "-u", .. all.SelectMany(property => new[] { "-o", property }), making], cancellation);
        if (made is { IsOk: false, Fault.Code: FaultCode.AlreadyExists })
        {
            // Left by one that was cut off, or about to be done by somebody else: it is made whole, whatever it has.
            made = await parts.Tool.ChangeAsync(what, ["set", .. all, making], cancellation);
        }

        var moved = made.IsOk ? await parts.Tool.ChangeAsync(what, ["rename", "-u", making, dataset], cancellation) : made;

        // Somebody was faster, before this one was made or after; who asked reads back what is there.
        if (moved is { IsOk: false, Fault.Code: FaultCode.AlreadyExists })
        {
            moved = await parts.Tool.ChangeAsync(what, ["destroy", making], cancellation);
        }

        return moved is { IsOk: false, Fault.Code: FaultCode.NotFound } ? Outcome.Done : moved.WithoutValue();
    }

    private async Task<Outcome> RunAsync(IReadOnlyList<string> arguments, string what, CancellationToken cancellation) =>
        AcceptExisting(await parts.Tool.ChangeAsync(what, arguments, cancellation));

    // Somebody was faster, or an earlier try was cut off after it had worked; who asked reads back what is there.
    private static Outcome AcceptExisting(Outcome<string> made) =>
        made is { IsOk: false, Fault.Code: FaultCode.AlreadyExists } ? Outcome.Done : made.WithoutValue();
}
