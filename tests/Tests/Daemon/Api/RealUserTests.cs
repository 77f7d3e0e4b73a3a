using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Hosting;
using NodeAgent.Daemon.Status;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Api;

/// <summary>The access rule with real users, as the kernel tells them. Needs root, setpriv and curl.</summary>
[TestClass]
public sealed class RealUserTests
{
    private const uint Nobody = 65534;

    [TestMethod]
    [DataRow(0u, 0u, "GET", "200")]
    [DataRow(0u, 0u, "POST", "200")]
    [DataRow(Nobody, Nobody, "GET", "200")]
    [DataRow(Nobody, Nobody, "POST", "403")]
    [DataRow(Nobody, 12345u, "GET", "000")]
    public async Task The_kernel_tells_who_asks(uint user, uint group, string method, string expected)
    {
        if (Environment.UserName != "root" || !File.Exists("/usr/bin/setpriv") || !File.Exists("/usr/bin/curl"))
        {
            Assert.Inconclusive("needs root, setpriv and curl");
        }

        using var folder = new TempFolder();
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        var started = await LocalApi.StartAsync(
            folder["control.sock"], [new OneRoute()], new AccessRule(0, Nobody), NullLoggerFactory.Instance, CancellationToken.None);
        Assert.IsTrue(started.IsOk, started.Fault?.ToString());
        await using var api = started.Value;
        Assert.AreEqual(expected, await AskAsync(user, group, method, folder["control.sock"]));
    }

    private static async Task<string> AskAsync(uint user, uint group, string method, string socket)
    {
        using var curl = Process.Start(new ProcessStartInfo("setpriv",
        [
            $"--reuid={user}", $"--regid={group}", "--clear-groups",
            "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", method, "-d", method == "POST" ? "{}" : "", "--unix-socket", socket, "http://agent/v1/thing",
        ])
        { RedirectStandardOutput = true, UseShellExecute = false })!;
        var code = await curl.StandardOutput.ReadToEndAsync();
        await curl.WaitForExitAsync();
        return code;
    }

    private sealed class OneRoute : IApiEndpoints
    {
        public void Map(ApiRoutes routes)
        {
            routes.Get("/v1/thing", _ => Task.FromResult(Outcome.Ok(new DoneReport("read"))));
            routes.Post<Messages.Nothing, DoneReport>("/v1/thing", (_, _) => Task.FromResult(Outcome.Ok(new DoneReport("done"))));
        }
    }
}
