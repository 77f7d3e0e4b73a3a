using System.Diagnostics;
using NodeAgent.Tests.Architecture;

namespace NodeAgent.Tests.Guard;

/// <summary>The guard as it is installed: compiled to machine code. Made when it is missing or older than its sources.</summary>
internal static class GuardBinary
{
    private static readonly Lazy<string?> Made = new(Make);

    /// <summary>Its path; the test is skipped if this machine cannot make it.</summary>
    public static string Path
    {
        get
        {
            if (Made.Value is { } trouble)
            {
                Assert.Inconclusive(trouble);
            }

            return Target;
        }
    }

    private static string Target => System.IO.Path.Combine(Repository.Root, "artifacts/publish/Guard/release_linux-x64/nodeagent-guard");

    private static string? Make()
    {
        var newest = Repository.Sources("agent/Guard").Max(File.GetLastWriteTimeUtc);
        if (File.Exists(Target) && File.GetLastWriteTimeUtc(Target) >= newest)
        {
            return null;
        }

        var project = System.IO.Path.Combine(Repository.Root, "agent/Guard/Guard.csproj");
        using var publish = Process.Start(new ProcessStartInfo("dotnet", ["publish", project, "-c", "Release", "-r", "linux-x64", "--disable-build-servers", "-p:RunAnalyzers=false"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var said = publish.StandardOutput.ReadToEnd();
        publish.WaitForExit();
        return publish.ExitCode == 0 ? null : $"the guard cannot be compiled here (packages gcc and libc6-dev?): {said[Math.Max(0, said.Length - 600)..]}";
    }
}
