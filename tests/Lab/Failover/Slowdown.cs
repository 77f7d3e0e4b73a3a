using System.Globalization;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Failover;

/// <summary>How many times slower a node's processor is than the host's, while both do what they do in a scenario.</summary>
public static class Slowdown
{
    private const string Program = "import time; t = time.perf_counter(); [sum(range(1000)) for _ in range(2000)]; print(time.perf_counter() - t)";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static async Task<double> MeasureAsync(LabNode node, CancellationToken cancel)
    {
        var inside = Seconds(await node.ExpectAsync($"python3 -c '{Program}'", Limit, cancel));
        var outside = Seconds((await Shell.RunAsync(["python3", "-c", Program], Limit, cancel)).Expect());
        return Math.Max(1, inside / outside);
    }

    private static double Seconds(string told) => double.Parse(told.Trim(), CultureInfo.InvariantCulture);
}
