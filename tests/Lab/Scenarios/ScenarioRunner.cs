using NodeAgent.Lab.Host;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>Plays scenarios one after the other, each on fresh nodes and within a limit.</summary>
public sealed class ScenarioRunner(LabCluster cluster, LabFolders folders, string? package)
{
    // Four busy cores for three emulated machines: what takes 15 minutes alone takes 45 beside others.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(75);

    public async Task<IReadOnlyList<ScenarioResult>> RunAsync(IReadOnlyList<IScenario> scenarios, CancellationToken cancel)
    {
        List<ScenarioResult> results = [];
        foreach (var scenario in scenarios)
        {
            results.Add(await PlayAsync(scenario, cancel));
        }

        return results;
    }

    private async Task<ScenarioResult> PlayAsync(IScenario scenario, CancellationToken cancel)
    {
        var folder = Path.Combine(folders.Artifacts, $"{DateTimeOffset.UtcNow:yyyyMMdd-HHmmss}-{scenario.Name}");
        var stage = new Stage(cluster, package, folder);
        if (scenario.Obstacle(stage) is { } obstacle)
        {
            Say.Line($"{scenario.Name}: skipped: {obstacle}");
            return Result(scenario, stage, null, "skipped: " + obstacle);
        }

        Say.Line($"{scenario.Name}: {scenario.About}");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Limit);
        try
        {
            await scenario.TakeNodesAsync(stage, deadline.Token);
            // A cluster that has to be formed first is made once for many scenarios: it takes no time from this one.
            deadline.CancelAfter(Limit);
            stage = new Stage(cluster, package, folder);
            await scenario.PlayAsync(stage, deadline.Token);
            Say.Line($"{scenario.Name}: passed in {stage.Seconds:F1} s");
            return Result(scenario, stage, true, stage.Notes);
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            var why = failure is LabFailure ? failure.Message
                : deadline.IsCancellationRequested ? $"not done within {Limit.TotalMinutes:F0} minutes"
                : failure.ToString();
            await new Evidence(cluster).CollectAsync(folder, why, cancel);
            Say.Line($"{scenario.Name}: FAILED: {why}\n         logs: {folder}");
            return Result(scenario, stage, false, $"{why}\nlogs: {folder}; {stage.Notes}");
        }
    }

    private static ScenarioResult Result(IScenario scenario, Stage stage, bool? passed, string notes) =>
        new(scenario.Name, passed, Math.Round(passed is null ? 0 : stage.Seconds, 1), stage.Acknowledged, stage.Lost,
            Round(stage.RtoSeconds), Round(stage.RpoSeconds), stage.SecondWriter, notes.Length == 0 ? null : notes);

    private static double? Round(double? seconds) => seconds is { } value ? Math.Round(value, 2) : null;
}
