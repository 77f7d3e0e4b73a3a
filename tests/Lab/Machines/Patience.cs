using System.Diagnostics;
using NodeAgent.Lab.Host;

namespace NodeAgent.Lab.Machines;

/// <summary>Waiting with a limit. What did not come in time is a failure that names what it waited for.</summary>
public static class Patience
{
    public static async Task<TimeSpan> UntilAsync(string what, TimeSpan limit, CancellationToken cancel, Func<Task<bool>> happened, TimeSpan? every = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await happened())
            {
                return Stopwatch.GetElapsedTime(began);
            }

            if (Stopwatch.GetElapsedTime(began) > limit)
            {
                throw new LabFailure($"{what}: not within {limit.TotalSeconds:F0} s");
            }

            await Task.Delay(every ?? TimeSpan.FromMilliseconds(100), cancel);
        }
    }
}
