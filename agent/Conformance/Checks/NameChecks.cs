using NodeAgent.Conformance.Bench;
using NodeAgent.Contract;

namespace NodeAgent.Conformance.Checks;

/// <summary>Names within the rule work, others are refused before anything is touched.</summary>
internal static class NameChecks
{
    private static readonly string[] Wrong =
    [
        "foo bar", "bücher", "Upper", "", ".", "..", "a..b", "../up", "/abs", "a/b", "-dash", "--force", "a@b", "a\nb",
        "a\0b", "$(id)", "a;b", new('x', Names.MaxLength + 1),
    ];

    public static IEnumerable<Check> All =>
    [
        new("names_max_length", "The longest names work.", Capabilities.Volumes, LongestAsync),
        new("names_with_dots", "Dots, dashes and underscores work and do not collide.", Capabilities.Volumes, DotsAsync),
        new("names_with_space_and_unicode", "Names against the rule are refused as InvalidArgument.", Capabilities.Volumes, WrongAsync),
        new("snapshot_names_against_the_rule", "So are names of snapshots.", Capabilities.Volumes | Capabilities.Snapshots, WrongSnapshotsAsync),
        new("foreign_backend_refused", "A unit of another backend is refused or absent.", Capabilities.Volumes, ForeignAsync),
    ];

    private static async Task LongestAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var longest = bench.Unit("u").Name.PadRight(Names.MaxLength, 'u');
        var unit = bench.Remember(new UnitId(TestBench.Backend, longest));
        var spec = bench.Spec(node, unit, new string('v', Names.MaxLength));
        var grant = TestBench.Grant(unit, 1, node.Node);
        Expect.Ok(await node.Volumes.CreateAsync(spec, grant, bench.Cancellation), "creating with the longest names");
        var got = Expect.Ok(await node.Volumes.GetAsync(spec.Id, bench.Cancellation), "getting with the longest names");
        Expect.Equal(spec.Id, got.Id, "identity");
        if (node.Has(Capabilities.Snapshots))
        {
            var snapshot = new SnapshotId(unit, new string('s', Names.MaxLength));
            Expect.Ok(await node.Snapshots.CreateAsync(snapshot, grant, bench.Cancellation), "a snapshot with the longest name");
            Expect.Ok(await node.Snapshots.DeleteAsync(unit, [snapshot.Name], bench.Cancellation), "deleting it");
        }

        Expect.Ok(await node.Volumes.DeleteAsync(spec.Id, bench.Cancellation), "deleting with the longest names");
    }

    private static async Task DotsAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        string[] names = ["a", "a.b", "a-b", "a_b", "a.b.c", "0"];
        var unit = bench.Unit("dots");
        var grant = TestBench.Grant(unit, 1, node.Node);
        foreach (var name in names)
        {
            Expect.Ok(await node.Volumes.CreateAsync(bench.Spec(node, unit, name), grant, bench.Cancellation), $"creating '{name}'");
        }

        var all = Expect.Ok(await node.Volumes.ListAsync(bench.Cancellation), "listing");
        var seen = all.Where(v => v.Id.Unit == unit).Select(v => v.Id.Name).Order(StringComparer.Ordinal);
        Expect.Equal(string.Join(' ', names.Order(StringComparer.Ordinal)), string.Join(' ', seen), "volumes listed");
    }

    private static async Task WrongAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var good = bench.Unit("good");
        foreach (var name in Wrong)
        {
            var unit = new UnitId(TestBench.Backend, name);
            Expect.Refused(
                await node.Volumes.CreateAsync(bench.Spec(node, unit), TestBench.Grant(unit, 1, node.Node), bench.Cancellation),
                $"creating unit '{name}'", FaultCode.InvalidArgument);
            Expect.Refused(
                await node.Volumes.CreateAsync(bench.Spec(node, good, name), TestBench.Grant(good, 1, node.Node), bench.Cancellation),
                $"creating volume '{name}'", FaultCode.InvalidArgument);
        }
    }

    private static async Task WrongSnapshotsAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        foreach (var name in Wrong)
        {
            Expect.Refused(
                await node.Snapshots.CreateAsync(unit.Snapshot(name), unit.Grant, bench.Cancellation),
                $"making snapshot '{name}'", FaultCode.InvalidArgument);
        }
    }

    private static async Task ForeignAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var foreign = new UnitId(new BackendId("another"), "unit");
        Expect.Refused(
            await node.Volumes.CreateAsync(bench.Spec(node, foreign), TestBench.Grant(foreign, 1, node.Node), bench.Cancellation),
            "creating a volume of another backend", FaultCode.InvalidArgument, FaultCode.NotFound, FaultCode.PreconditionFailed);
    }
}
