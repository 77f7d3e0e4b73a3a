using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

/// <summary>
/// What a plugin tells of its upkeep becomes labels of metrics: names are plain, counts are bounded, nothing is told twice. One
/// report that is not so, and none is taken. Copies all of it: enumerating a plugin's lists runs its code.
/// </summary>
internal static class UpkeepBounds
{
    private const int MostUnits = 128;
    private const int MostCopies = 16;

    public static Outcome<IReadOnlyList<UpkeepReport>> Check(BackendId backend, Outcome<IReadOnlyList<UpkeepReport>> told)
    {
        if (!told.IsOk)
        {
            return told;
        }

        var reports = told.Value.Take(MostUnits + 1).Select(Copy).ToList();
        var wrong = reports.Count > MostUnits ? $"it tells of more than {MostUnits} units"
            : reports.Select(report => report.Unit).Distinct().Count() < reports.Count ? "it tells of a unit twice"
            : reports.Select(report => Wrong(backend, report) is { } text ? $"{report.Unit}: {text}" : null).FirstOrDefault(text => text is not null);
        return wrong is null ? reports : new Fault(
            FaultCode.Internal, $"cannot take what backend {backend} tells of its upkeep", wrong, "Report it to the plugin's author.", Retry.Never);
    }

    private static UpkeepReport Copy(UpkeepReport report) => report with
    {
        Certified = report.Certified.Take(MostCopies + 1).ToDictionary(),
        Legs = [.. report.Legs.Take(UpkeepReport.MostLegs + 1)],
        Paths = [.. report.Paths.Take(UpkeepReport.MostPaths + 1)],
    };

    private static string? Wrong(BackendId backend, UpkeepReport report) =>
        report.Unit.Backend != backend ? "it is another backend's unit"
        : report.Legs.Count > UpkeepReport.MostLegs ? $"it has more than {UpkeepReport.MostLegs} legs"
        : report.Paths.Count > UpkeepReport.MostPaths ? $"it has more than {UpkeepReport.MostPaths} paths"
        : report.Certified.Count > MostCopies ? $"it has more than {MostCopies} copies"
        : Array.Find(NamesIn(report), name => !Names.IsValid(name)) is { } odd
            ? $"'{(odd.Length > Names.MaxLength ? odd[..Names.MaxLength] : odd)}' cannot be a name: a name is {Names.Rule}"
        : report.Legs.Any(leg => !Enum.IsDefined(leg.State)) ? "a leg is in no known state"
        : report.Legs.DistinctBy(leg => (leg.Node, leg.Name)).Count() < report.Legs.Count ? "a leg is told twice"
        : report.Paths.DistinctBy(path => (path.Leg, path.Network)).Count() < report.Paths.Count ? "a path is told twice"
        : report.Frozen < TimeSpan.Zero || report.FrozenFor < TimeSpan.Zero ? "writes cannot stand still for less than no time"
        : report.Resync is { RemainingBytes: < 0 } or { TotalBytes: < 0 } ? "less than nothing is left to copy"
        : null;

    private static string[] NamesIn(UpkeepReport report) =>
    [
        report.Unit.Name,
        .. report.Legs.SelectMany(leg => new[] { leg.Node.Value ?? "", leg.Name ?? "" }),
        .. report.Paths.SelectMany(path => new[] { path.Leg ?? "", path.Network ?? "" }),
        .. report.Certified.Keys.Select(node => node.Value ?? ""),
        .. report.Resync is { } resync ? [resync.Node.Value ?? ""] : Array.Empty<string>(),
    ];
}
