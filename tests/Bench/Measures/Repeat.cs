namespace NodeAgent.Bench.Measures;

/// <summary>Honest loops: a warm-up that does not count, several repeats, the median.</summary>
internal static class Repeat
{
    /// <summary>Seconds that a piece of work takes, in the middle of several repeats.</summary>
    public static async Task<double> MedianSecondsAsync(int repeats, Func<Task> work)
    {
        await work();
        var took = new double[repeats];
        for (var repeat = 0; repeat < repeats; repeat++)
        {
            took[repeat] = await SecondsAsync(work);
        }

        return Median(took);
    }

    /// <summary>Seconds of two pieces of work by turns, so that a load on the machine meets both.</summary>
    public static async Task<(double One, double Other)> MediansAsync(int repeats, Func<Task> one, Func<Task> other)
    {
        await one();
        await other();
        var ones = new double[repeats];
        var others = new double[repeats];
        for (var repeat = 0; repeat < repeats; repeat++)
        {
            ones[repeat] = await SecondsAsync(one);
            others[repeat] = await SecondsAsync(other);
        }

        return (Median(ones), Median(others));
    }

    /// <summary>Seconds of all processors that a piece of work in this process takes once, both ends of a stream together.</summary>
    public static async Task<double> ProcessorSecondsAsync(Func<Task> work)
    {
        var before = Environment.CpuUsage.TotalTime;
        await work();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }

    /// <summary>Seconds that a piece of work takes once.</summary>
    public static async Task<double> SecondsAsync(Func<Task> work)
    {
        var begin = TimeProvider.System.GetTimestamp();
        await work();
        return TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
    }

    /// <summary>The middle one.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1
            ? sorted[sorted.Length / 2]
            : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
