using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

using NodeAgent.Daemon.Plugins.Discovery;
using NodeAgent.Daemon.Plugins.Guarding;
using NodeAgent.Daemon.Plugins.Loading;
using NodeAgent.Daemon.Plugins.Manifests;

namespace NodeAgent.Daemon.Plugins.Authoring;

/// <summary>What stands behind <c>nodeagent plugin verify DIR</c>: all that can go wrong with a plugin, before it does.</summary>
public sealed class PluginVerifier(bool checkOwnership, GuardPolicy policy, TimeProvider time)
{
    /// <summary>Checks a plugin's folder.</summary>
    /// <param name="folder">The folder with the manifest.</param>
    /// <param name="live">Checks that run the backend; null leaves them out, and says so.</param>
    /// <param name="cancellation">Stops the checks.</param>
    public async Task<VerifyReport> VerifyAsync(string folder, LiveChecks? live, CancellationToken cancellation)
    {
        var lines = new List<VerifyLine>();
        var unloading = await VerifyAsync(PluginFolder.Read(folder), live, lines, cancellation);
        if (unloading is not null)
        {
            var report = await UnloadVerifier.VerifyAsync(unloading.Context, folder, unloading.Version);
            lines.Add(report.IsProven
                ? new VerifyLine("unload", VerifyResult.Passed, $"gone after {report.Rounds} rounds", "")
                : new VerifyLine(
                    "unload",
                    VerifyResult.Failed,
                    $"the plugin clings to the process after {report.Rounds} rounds",
                    "Stop its threads and timers in DisposeAsync; keep no events of host objects; no statics that others hold."));
        }

        return new VerifyReport(Path.GetFullPath(folder), lines);
    }

    private async Task<Unloading?> VerifyAsync(
        PluginFolder folder, LiveChecks? live, List<VerifyLine> lines, CancellationToken cancellation)
    {
        var loader = new PluginLoader(checkOwnership, new PluginCode(time, policy.Grace), policy.StartDeadline);
        var loading = await loader.LoadAsync(folder, cancellation);
        lines.AddRange(loading.Verdicts.Select(Line));
        if (!checkOwnership)
        {
            lines.Add(new VerifyLine("ownership", VerifyResult.Skipped, "owners are checked where plugins are installed", ""));
        }

        if (loading.Plugin is not { } plugin)
        {
            lines.Add(new VerifyLine("live", VerifyResult.Skipped, "the plugin cannot be loaded", ""));
            return null;
        }

        lines.AddRange(NativeLibraries(folder.Path, plugin.Manifest));
        await RunAsync(plugin, live, lines, cancellation);
        return new Unloading(plugin.Unload(), plugin.Manifest.Version.ToString());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task RunAsync(
        LoadedPlugin plugin, LiveChecks? live, List<VerifyLine> lines, CancellationToken cancellation)
    {
        if (live is null)
        {
            lines.Add(new VerifyLine("live", VerifyResult.Skipped, "not asked for", "Run again with --live."));
            return;
        }

        lines.AddRange(await live(plugin.Factory, plugin.Manifest, cancellation));
    }

    private static VerifyLine Line(LoadVerdict verdict) => new(
        verdict.Stage.ToString().ToLowerInvariant(),
        verdict.Passed ? VerifyResult.Passed : VerifyResult.Failed,
        verdict.Reason,
        verdict.Remedy);

    /// <summary>A native library that is missing would else be noticed at its first use.</summary>
    private static IEnumerable<VerifyLine> NativeLibraries(string folder, PluginManifest manifest)
    {
        var resolver = new AssemblyDependencyResolver(Path.Combine(folder, manifest.Assembly));
        var wanted = Directory.EnumerateFiles(folder, "*.dll")
            .Select(AssemblyImage.TryRead)
            .OfType<AssemblyImage>()
            .SelectMany(image => image.NativeLibraries.Select(library => (image.Name, Library: library)))
            .Distinct();
        foreach (var (assembly, library) in wanted)
        {
            yield return resolver.ResolveUnmanagedDllToPath(library) is not null || IsInSystem(library)
                ? new VerifyLine("native", VerifyResult.Passed, $"{library}, which {assembly} imports, is there", "")
                : new VerifyLine(
                    "native",
                    VerifyResult.Failed,
                    $"{library}, which {assembly} imports, is neither in the folder nor in the system",
                    "Ship it with the plugin, or have its package depend on the library's.");
        }
    }

    private static bool IsInSystem(string library)
    {
        string[] names = [library, $"lib{library}.so", $"{library}.so", $"lib{library}"];
        return Array.Exists(names, name => NativeLibrary.TryLoad(name, out _));
    }
}
