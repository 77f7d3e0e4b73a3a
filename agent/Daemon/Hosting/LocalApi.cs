using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using NodeAgent.Contract;
using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Peers.Transport;
using NodeAgent.Linux.Peers;

namespace NodeAgent.Daemon.Hosting;

/// <summary>
/// The local API on a Unix socket. The kernel says who asks: root and the agent's own user may do everything, the group
/// nodeagent may read.
/// </summary>
internal sealed class LocalApi : IAsyncDisposable
{
    private const string Group = "nodeagent";
    private readonly WebApplication web;
    private readonly AccessRule access;
    private readonly ILogger log;

    private LocalApi(WebApplication web, AccessRule access, ILogger log)
    {
        this.web = web;
        this.access = access;
        this.log = log;
    }

    public static Task<Outcome<LocalApi>> StartAsync(
        string socket, IReadOnlyList<IApiEndpoints> endpoints, ILoggerFactory logs, CancellationToken cancellation) =>
        StartAsync(socket, endpoints, new AccessRule(UnixGroup.OwnUser, UnixGroup.Find(Group)), logs, cancellation);

    internal static async Task<Outcome<LocalApi>> StartAsync(
        string socket, IReadOnlyList<IApiEndpoints> endpoints, AccessRule access, ILoggerFactory logs, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton(logs);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(3));
        Directory.CreateDirectory(Path.GetDirectoryName(socket)!);
        File.Delete(socket);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ListenUnixSocket(socket);
        });
        var api = new LocalApi(builder.Build(), access, logs.CreateLogger<LocalApi>());
        api.web.Use(api.CatchAsync);
        api.web.Use(api.CheckAsync);
        api.web.UseRouting();
        var routes = new ApiRoutes(api.web);
        foreach (var group in endpoints)
        {
            group.Map(routes);
        }

        routes.Close();

        try
        {
            await api.web.StartAsync(cancellation);
        }
        catch (Exception refused) when (refused is IOException or SocketException)
        {
            await api.DisposeAsync();
            return new Fault(FaultCode.PreconditionFailed, $"cannot listen on {socket}", refused.Message,
                "Is another agent running? Is the folder writable?", Retry.AfterFix);
        }

        UnixGroup.Share(socket, access.Readers);
        return api;
    }

    public async ValueTask DisposeAsync()
    {
        await web.StopAsync(CancellationToken.None);
        await web.DisposeAsync();
    }

    private async Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        var socket = context.Features.Get<IConnectionSocketFeature>()?.Socket;
        var who = socket is null ? null : PeerCredentials.Of(socket) is { IsOk: true } known ? known.Value : null;
        if (access.Refusal(who, context.Request.Method) is { } refusal)
        {
            await ApiRoutes.RefuseAsync(context, refusal);
            return;
        }

        await next(context);
    }

    /// <summary>A bug of ours in one request ends that request, with a fault as any other.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "The outermost place of a request.")]
    private async Task CatchAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer any more.
        }
        catch (BadHttpRequestException wrong) when (!context.Response.HasStarted)
        {
            await ApiRoutes.RefuseAsync(context, new Fault(
                FaultCode.InvalidArgument, $"cannot read the message to {context.Request.Path}", wrong.Message, "Mend the request.", Retry.Never));
        }
        catch (Exception bug) when (!context.Response.HasStarted)
        {
            log.LogError(bug, "bug in {Method} {Path}", context.Request.Method, context.Request.Path);
            await ApiRoutes.RefuseAsync(context, new Fault(
                FaultCode.Internal, $"cannot answer {context.Request.Path}", $"this is a bug ({bug.GetType().Name})",
                "Report it with the lines of 'journalctl -u nodeagent'.", Retry.Never));
        }
    }
}
