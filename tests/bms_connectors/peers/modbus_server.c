/* The fixed device of modbus_parties.py, served by libmodbus: one connection at a time, as simple devices do. */
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BITS = 10, INPUTS = 3, HOLDINGS = 20, HOLE = 4, HOLE_END = 8 };

/* By hand: which octets modbus_set_float_abcd puts where differs from one version of libmodbus to the next. */
static void put_float(uint16_t *registers, int low, int high)
{
    const float pressure = 1013.25f;
    uint32_t bits;

    memcpy(&bits, &pressure, sizeof bits);
    registers[high] = bits >> 16;
    registers[low] = bits & 0xFFFF;
}

static modbus_mapping_t *device(void)
{
    static const uint8_t coils[BITS] = {1, 0, 1, 1, 0, 0, 0, 0, 1, 1};
    modbus_mapping_t *map = modbus_mapping_new(BITS, BITS, HOLDINGS, INPUTS);

    if (map == NULL)
        return NULL;
    memcpy(map->tab_bits, coils, BITS);
    for (int i = 0; i < BITS; i++)
        map->tab_input_bits[i] = !coils[i];
    map->tab_input_registers[0] = 70000 >> 16;
    map->tab_input_registers[1] = 70000 & 0xFFFF;
    map->tab_input_registers[2] = (uint16_t)-52;
    put_float(map->tab_registers, 1, 0);
    put_float(map->tab_registers + 2, 0, 1);
    map->tab_registers[8] = 204;
    return map;
}

/* libmodbus knows one span a table, without holes. */
static int touches_hole(const uint8_t *pdu)
{
    int first = MODBUS_GET_INT16_FROM_INT8(pdu, 1), count = 1;

    if (pdu[0] == MODBUS_FC_READ_HOLDING_REGISTERS || pdu[0] == MODBUS_FC_WRITE_MULTIPLE_REGISTERS)
        count = MODBUS_GET_INT16_FROM_INT8(pdu, 3);
    else if (pdu[0] != MODBUS_FC_WRITE_SINGLE_REGISTER)
        return 0;
    return first < HOLE_END && first + count > HOLE;
}

static void serve(modbus_t *ctx, modbus_mapping_t *map)
{
    uint8_t request[MODBUS_TCP_MAX_ADU_LENGTH];
    int length;

    while ((length = modbus_receive(ctx, request)) >= 0) {
        if (length == 0)
            continue;
        if (touches_hole(request + modbus_get_header_length(ctx)))
            modbus_reply_exception(ctx, request, MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS);
        else
            modbus_reply(ctx, request, length, map);
    }
}

int main(int argc, char **argv)
{
    modbus_t *ctx = argc == 3 ? modbus_new_tcp(argv[1], atoi(argv[2])) : NULL;
    modbus_mapping_t *map = device();
    int listener = ctx == NULL || map == NULL ? -1 : modbus_tcp_listen(ctx, 1);

    if (listener < 0) {
        perror("cannot listen");
        return EXIT_FAILURE;
    }
    puts("ready");
    fflush(stdout);
    while (modbus_tcp_accept(ctx, &listener) >= 0) {
        serve(ctx, map);
        modbus_close(ctx);
    }
    return EXIT_FAILURE;
}
