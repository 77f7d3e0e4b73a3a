using System.Runtime.CompilerServices;

namespace NodeAgent.Daemon.Plugins.Loading;

/// <summary>Finds out whether an unloaded plugin really went. A thread, timer or static of its own can hold it for ever.</summary>
public static class UnloadVerifier
{
    /// <summary>How often garbage is collected before the answer is no.</summary>
    public const int MostRounds = 12;

    /// <summary>Collects garbage until the plugin is gone, at most <see cref="MostRounds"/> times.</summary>
    /// <param name="unloading">What <c>Unload</c> gave.</param>
    /// <param name="plugin">The plugin's id, for the report.</param>
    /// <param name="version">Its version.</param>
    public static async Task<UnloadReport> VerifyAsync(WeakReference unloading, string plugin, string version)
    {
        for (var round = 1; round <= MostRounds; round++)
        {
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
