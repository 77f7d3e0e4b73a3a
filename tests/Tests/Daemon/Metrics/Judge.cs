using System.Diagnostics;

namespace NodeAgent.Tests.Daemon.Metrics;

/// <summary>Runs a foreign tool that judges our output. A missing tool makes the test inconclusive, never green.</summary>
internal static class Judge
{
    public static async Task<(int Code, string Output)> RunAsync(string tool, string package, string? folder, string input, params string[] arguments)
    {
        Require(tool, package);
        using var process = Start(tool, folder, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return (process.ExitCode, await output + await errors);
    }

    public static Process Start(string tool, string? folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(tool, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"{tool} did not start");
    }

    public static void Require(string tool, string package)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':');
        if (!File.Exists(tool) && !folders.Any(f => File.Exists(Path.Combine(f, tool))))
        {
            Assert.Inconclusive($"{tool} is not installed: apt-get install {package}");
        }
    }
}
