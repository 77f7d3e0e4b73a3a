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
    private readonly uint? readers;

    private LocalApi(WebApplication web, uint? readers)
    {
        this.web = web;
        this.readers = readers;
    }

    public static async Task<Outcome<LocalApi>> StartAsync(
        string socket, IReadOnlyList<IApiEndpoints> endpoints, ILoggerFactory logs, CancellationToken cancellation)
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
        var api = new LocalApi(builder.Build(), UnixGroup.Find(Group));
        api.web.UseRouting();
        api.web.Use(api.CheckAsync);
        var routes = new ApiRoutes(api.web);
        foreach (var group in endpoints)
        {
            group.Map(routes);
        }

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

        UnixGroup.Share(socket, api.readers);
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
        var isOwner = who is not null && (who.IsRoot || who.UserId == UnixGroup.OwnUser);
        var isReader = who is not null && readers is { } group && who.IsInGroup(group);
        if (isOwner || (isReader && HttpMethods.IsGet(context.Request.Method)))
        {
            await next(context);
            return;
        }

        await ApiRoutes.RefuseAsync(context, new Fault(
            FaultCode.PermissionDenied, $"cannot let user {who?.UserId.ToString() ?? "?"} do this",
            isReader ? "the group nodeagent may only read" : "only root may, and the group nodeagent may read",
            "Use sudo.", Retry.Never));
    }
}
