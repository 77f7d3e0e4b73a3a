using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

using NodeAgent.Daemon.Plugins.Loading;

namespace NodeAgent.Daemon.Plugins;

/// <summary>
/// Loads every assembly and native library ahead of its use. A package upgrade replaces files under a running agent;
/// what is not loaded by then would come from the new version, and fail in the middle of a failover.
/// </summary>
public static class PluginPreload
{
    /// <summary>Loads the agent itself: everything in its folder and every framework assembly it may use.</summary>
    public static PreloadReport LoadHost(TimeProvider time)
    {
        var began = time.GetTimestamp();
        var trusted = ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var own = Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll");
        var byName = trusted.Concat(own).DistinctBy(path => Path.GetFileName(path), StringComparer.Ordinal);
        var report = Load(AssemblyLoadContext.Default, byName, time);

        // The framework's own native libraries lie beside its core assembly.
        var natives = Directory.EnumerateFiles(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem*.so");
        var (loaded, left) = LoadNatives(natives);
        return new PreloadReport(
            report.Assemblies, loaded, time.GetElapsedTime(began), [.. report.Left, .. left]);
    }

    /// <summary>Loads everything in a plugin's folder into its context.</summary>
    internal static PreloadReport LoadAll(PluginLoadContext context, string folder, TimeProvider time)
    {
        var began = time.GetTimestamp();
        var report = Load(context, Directory.EnumerateFiles(folder, "*.dll"), time);
        var (loaded, left) = LoadNatives(Directory.EnumerateFiles(folder, "*.so"));
        return new PreloadReport(report.Assemblies, loaded, time.GetElapsedTime(began), [.. report.Left, .. left]);
    }

    private static PreloadReport Load(AssemblyLoadContext context, IEnumerable<string> files, TimeProvider time)
    {
        var (began, count, left) = (time.GetTimestamp(), 0, new List<string>());
        foreach (var file in files)
        {
            if (AssemblyImage.TryRead(file) is not { } image)
            {
                continue;
            }

            try
            {
                // By name, so that the context's own rules decide which file a name stands for.
                context.LoadFromAssemblyName(new AssemblyName(image.Name) { Version = image.Version });
                count++;
            }
            catch (Exception failure) when (failure is IOException or BadImageFormatException)
            {
                left.Add($"{file}: {failure.Message}");
            }
        }

        return new PreloadReport(count, 0, time.GetElapsedTime(began), left);
    }

    private static (int Loaded, List<string> Left) LoadNatives(IEnumerable<string> files)
    {
        var (count, left) = (0, new List<string>());
        foreach (var file in files)
        {
            // The handle is kept on purpose: a later import of the same path finds the library loaded.
            if (NativeLibrary.TryLoad(file, out _))
            {
                count++;
            }
            else
            {
                left.Add($"{file}: the system's loader refused it");
            }
        }

        return (count, left);
    }
}
