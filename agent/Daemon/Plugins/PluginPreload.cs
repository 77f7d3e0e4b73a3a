using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

using NodeAgent.Daemon.Plugins.Loading;

namespace NodeAgent.Daemon.Plugins;

/// <summary>
/// Loads every assembly and native library ahead of its use. A package upgrade replaces files under a running agent;
/// what is not loaded by then would come from the new version, and fail in the middle of a failover. What nothing
/// refers to is left alone: the framework has twice as many assemblies as an agent can ever use, and they take memory.
/// </summary>
public static class PluginPreload
{
    // The runtime itself loads these by name, when it has a stack trace to show or a file to unpack.
    private static readonly string[] Unreferenced =
        ["System.Diagnostics.StackTrace", "System.Reflection.Metadata", "System.Runtime.Loader", "System.IO.Compression", "System.Private.Uri"];

    // Referred to, and used on Windows, for keys and signatures in XML, or by parts of the web framework that no agent has.
    private static readonly HashSet<string> Unused = new(StringComparer.Ordinal)
    {
        "Microsoft.AspNetCore.Server.HttpSys", "Microsoft.AspNetCore.Server.IIS", "Microsoft.AspNetCore.Server.IISIntegration",
        "Microsoft.AspNetCore.Server.Kestrel.Transport.NamedPipes", "Microsoft.Extensions.Logging.EventLog", "System.Diagnostics.EventLog",
        "Microsoft.AspNetCore.DataProtection", "Microsoft.AspNetCore.Authentication", "System.Security.Cryptography.Xml", "System.Private.Xml",
        "System.Private.Xml.Linq", "System.Xml.ReaderWriter", "System.Xml.XDocument", "System.Xml.XPath", "Microsoft.Extensions.Validation",
        "Microsoft.Extensions.Configuration.UserSecrets", "Microsoft.Win32.Registry", "Microsoft.AspNetCore.Server.Kestrel.Transport.Quic",
        "Microsoft.AspNetCore.Diagnostics", "Microsoft.AspNetCore.HostFiltering", "Microsoft.AspNetCore.HttpOverrides", "System.Formats.Tar",
        "System.ComponentModel.Annotations", "System.Drawing.Primitives", "System.Linq.Expressions", "System.Net.WebSockets", "System.Resources.Writer",
        "System.Runtime.Serialization.Formatters",

        // Of the command line's own verbs: tables for a terminal, the kit of "plugin verify", the worlds of "simulate".
        "Spectre.Console", "NodeAgent.Conformance", "NodeAgent.Rehearsal",
    };

    /// <summary>Loads the agent itself: all that it refers to, and all that those refer to.</summary>
    public static PreloadReport LoadHost(TimeProvider time)
    {
        var began = time.GetTimestamp();
        var left = new List<string>();
        var byName = Unreferenced.Select(name => LoadByName(AssemblyLoadContext.Default, new AssemblyName(name), left)).OfType<Assembly>();
        var count = LoadReferences([typeof(PluginPreload).Assembly, .. byName], left);

        // The framework's own native libraries lie beside its core assembly.
        var natives = Directory.EnumerateFiles(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem*.so");
        var (loaded, refused) = LoadNatives(natives);
        return new PreloadReport(count, loaded, time.GetElapsedTime(began), [.. left, .. refused]);
    }

    /// <summary>Loads everything in a plugin's folder into its context.</summary>
    internal static PreloadReport LoadAll(PluginLoadContext context, string folder, TimeProvider time)
    {
        var began = time.GetTimestamp();
        var report = Load(context, Directory.EnumerateFiles(folder, "*.dll"), time);
        LoadReferences(context.Assemblies, []);
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

    /// <summary>Follows references from assembly to assembly, each in the context of the one that refers; the number of all is returned.</summary>
    private static int LoadReferences(IEnumerable<Assembly> roots, List<string> left)
    {
        var open = new Queue<Assembly>(roots);
        var seen = new HashSet<Assembly>();
        while (open.TryDequeue(out var assembly))
        {
            if (seen.Add(assembly) && AssemblyLoadContext.GetLoadContext(assembly) is { } context)
            {
                foreach (var loaded in assembly.GetReferencedAssemblies().Where(name => !Unused.Contains(name.Name!)).Select(name => LoadByName(context, name, left)).OfType<Assembly>())
                {
                    open.Enqueue(loaded);
                }
            }
        }

        return seen.Count;
    }

    private static Assembly? LoadByName(AssemblyLoadContext context, AssemblyName name, List<string> left)
    {
        try
        {
            return context.LoadFromAssemblyName(name);
        }
        catch (FileNotFoundException)
        {
            // Some references are to what this machine does not have and this program does not use.
            return null;
        }
        catch (Exception failure) when (failure is IOException or BadImageFormatException)
        {
            left.Add($"{name.Name}: {failure.Message}");
            return null;
        }
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
