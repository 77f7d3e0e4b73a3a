using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Hosting;
using NodeAgent.Tests.Daemon.Cli;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Api;

/// <summary>A real agent, everything in one folder; with a Directory backend unless told.</summary>
internal sealed class AgentUnderTest : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private Agent? agent;
    private HttpClient? http;

    public string Socket => folder["control.sock"];

    public string Path => folder.Path;

    public static Task<AgentUnderTest> StartAsync() => StartAsync("n1", folder =>
    {
        DirectoryPlugin.Install(System.IO.Path.Combine(folder, "plugins"));
        Directory.CreateDirectory(System.IO.Path.Combine(folder, "data"));
        return DirectoryPlugin.Config(folder);
    });

    /// <summary>One with other storage; told a folder, <paramref name="configure"/> puts plugins there and says the configuration.</summary>
    public static async Task<AgentUnderTest> StartAsync(string node, Func<string, string> configure)
    {
        var test = new AgentUnderTest();
        await File.WriteAllTextAsync(test.folder["nodeagent.yaml"], configure(test.Path));
        var reading = ConfigReader.Read(test.folder["nodeagent.yaml"], null, new ConfigSources(node));
        Assert.IsNotNull(reading.Config, string.Join('\n', reading.Problems));
        var started = await Agent.StartAsync(
            reading.Config, NullLoggerFactory.Instance, TimeProvider.System,
            new AgentMeters(NullLoggerFactory.Instance, TimeProvider.System).Observers, CancellationToken.None);
        Assert.IsTrue(started.IsOk, started.Fault?.ToString());
        test.agent = started.Value;
        test.http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await unix.ConnectAsync(new UnixDomainSocketEndPoint(test.Socket), cancellation);
                return new NetworkStream(unix, ownsSocket: true);
            },
        })
        { BaseAddress = new Uri("http://agent/") };
        return test;
    }

    public Task<CliRun> RunAsync(params string[] words) => new CliTerminal().RunAsync([.. words, "--socket", Socket]);

    public async Task<(int Code, string Body)> SendAsync(string method, string path, byte[] body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new ByteArrayContent(body) };
        using var response = await http!.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public Task<(int Code, string Body)> PostAsync(string path, string body) => SendAsync("POST", path, Encoding.UTF8.GetBytes(body));

    public async ValueTask DisposeAsync()
    {
        http!.Dispose();
        await agent!.DisposeAsync();
        folder.Dispose();
    }
}
