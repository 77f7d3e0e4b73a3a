using System.Runtime.CompilerServices;

namespace NodeAgent.Daemon.Plugins.Loading;

/// <summary>Finds out whether an unloaded plugin really went. A thread, timer or static of its own can hold it for ever.</summary>
public static class UnloadVerifier
{
    /// <summary>How often garbage is collected before the answer is no.</summary>
    public const int MostRounds = 12;

    // Most plugins are gone after two rounds; what the runtime still compiles in the background on a busy machine holds them for seconds.
    private const int QuickRounds = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Collects garbage until the plugin is gone, at most <see cref="MostRounds"/> times.</summary>
    /// <param name="unloading">What <c>Unload</c> gave.</param>
    /// <param name="plugin">The plugin's id, for the report.</param>
    /// <param name="version">Its version.</param>
    /// <param name="isPatient">False where nobody should wait for the answer: one that clings for a moment is told as one that clings.</param>
    public static async Task<UnloadReport> VerifyAsync(WeakReference unloading, string plugin, string version, bool isPatient = true)
    {
        for (var round = 1; round <= MostRounds; round++)
        {
            if (isPatient && round > QuickRounds)
            {
                // The runtime's own work goes on in real time, whatever clock the host was given.
                await Task.Delay(Pause, TimeProvider.System);
            }

            // The caller's frames may still hold the plugin; a fresh stack does not.
            await Task.Yield();
            Collect();
            if (!unloading.IsAlive)
            {
                return new UnloadReport(plugin, version, true, round);
            }
        }

        return new UnloadReport(plugin, version, false, MostRounds);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
