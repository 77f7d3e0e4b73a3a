using NodeAgent.Conformance.Bench;
using NodeAgent.Contract;

namespace NodeAgent.Conformance.Checks;

/// <summary>Tools that fail. Only for backends that run programs.</summary>
internal static class CommandChecks
{
    public static IEnumerable<Check> All =>
    [
        new("observe_reports_unknown_not_absent_on_timeout", "A tool that times out is never taken for absence.", Capabilities.Volumes, TimeoutAsync),
        new("garbage_output_is_unparseable_not_empty", "Nonsense from a tool is a fault, not an empty list.", Capabilities.Volumes, GarbageAsync),
        new("cancel_returns_in_budget", "With tools that hang, a cancelled call comes back in time.", Capabilities.None, CancelAsync),
        new("commands_have_deadlines", "Every program has a deadline of at most ten minutes.", Capabilities.Volumes, DeadlinesAsync),
        new("cut_create_is_repaired_by_asking_again", "A creation cut off after any command succeeds when asked again.", Capabilities.Volumes, CutCreateAsync),
    ];

    private static async Task<FailingCommands> ToolsOfAsync(TestNode node, TestBench bench)
    {
        _ = await node.Backend.ProbeAsync(bench.Cancellation);
        return node.Commands is { Count: > 0 } commands ? commands : throw new CheckSkippedException("the backend runs no programs");
    }

    private static async Task TimeoutAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        var tools = await ToolsOfAsync(node, bench);
        tools.Failure = CommandFailure.TimesOut;
        await NeverAbsentAsync(bench, node, unit);
    }

    private static async Task GarbageAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        var tools = await ToolsOfAsync(node, bench);
        tools.Failure = CommandFailure.Garbage;
        await NeverAbsentAsync(bench, node, unit);
    }

    private static async Task NeverAbsentAsync(TestBench bench, TestNode node, TestUnit unit)
    {
        var got = await node.Volumes.GetAsync(unit.Volume, bench.Cancellation);
        Expect.True(got.IsOk || got.Fault.Code != FaultCode.NotFound, "a volume that could not be looked at is NotFound");
        var all = await node.Volumes.ListAsync(bench.Cancellation);
        Expect.True(!all.IsOk || all.Value.Any(v => v.Id == unit.Volume), "a list that could not be read is empty");
        if (node.Has(Capabilities.Roles))
        {
            var role = await node.Roles.GetRoleAsync(unit.Id, bench.Cancellation);
            Expect.True(
                !role.IsOk || role.Value.Role is Role.Unknown or Role.Writer, "a role that could not be read is told as known");
        }

        if (node.Has(Capabilities.Snapshots))
        {
            var snapshots = await node.Snapshots.ListAsync(unit.Id, bench.Cancellation);
            Expect.True(!snapshots.IsOk, "snapshots that could not be read are an empty list");
        }

        if (node.Has(Capabilities.ReplicationStreams))
        {
            var history = await node.Streams.ReadHistoryAsync(unit.Id, bench.Cancellation);
            Expect.True(
                !history.IsOk || history.Value.Role is Role.Unknown or Role.Writer, "a history that could not be read is told as known");
        }
    }

    private static async Task CancelAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var tools = await ToolsOfAsync(node, bench);
        tools.Failure = CommandFailure.Hangs;
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(bench.Cancellation);
        var probe = node.Backend.ProbeAsync(cancel.Token);
        await cancel.CancelAsync();
        try
        {
            _ = await probe.WaitAsync(bench.Options.CancelBudget, bench.Time, bench.Cancellation);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The contract's only exception.
        }
        catch (TimeoutException)
        {
            throw new CheckFailedException($"a cancelled call did not come back within {bench.Options.CancelBudget}");
        }
    }

    private static async Task DeadlinesAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var tools = await ToolsOfAsync(node, bench);
        await bench.MakeUnitAsync(node);
        Expect.True(tools.LongestDeadline <= TimeSpan.FromMinutes(10), $"a program may run for {tools.LongestDeadline}");
    }

    private static async Task CutCreateAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        await ToolsOfAsync(node, bench);
        for (var cut = 0; cut < 6; cut++)
        {
            var unit = bench.Unit($"cut{cut}");
            var spec = bench.Spec(node, unit);
            var grant = TestBench.Grant(unit, 1, node.Node);
            await Interruption.RunAsync(node, cut, (_, token) => node.Volumes.CreateAsync(spec, grant, token), bench);
            Expect.Ok(await node.Volumes.CreateAsync(spec, grant, bench.Cancellation), $"creating again after a cut at command {cut}");
        }
    }
}
