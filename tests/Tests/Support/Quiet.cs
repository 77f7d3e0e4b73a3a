using System.Diagnostics;

namespace NodeAgent.Tests.Support;

/// <summary>Lets the work that a manual clock set off run before the clock goes on.</summary>
internal static class Quiet
{
    // On a loaded machine work is late; a clock that ran on would show the lateness of the machine as that of the agent.
    private static readonly TimeSpan Prompt = TimeSpan.FromMilliseconds(10);
    private const int MostRounds = 10;

    public static async Task AwaitAsync()
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            await Task.Delay(2);
            if (Stopwatch.GetElapsedTime(began) < Prompt && ThreadPool.PendingWorkItemCount == 0)
            {
                return;
            }
        }
    }
}
